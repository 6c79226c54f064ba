"""The console: where the data protection officer and their colleagues work.

It runs in a process of its own, on the machine itself unless told otherwise. Pages are listed in
`routes`; each has a permission, and the frame in `app` checks it before any page is asked.
"""
