"""The public pages: what people read and where they exercise their rights.

They run in a process of their own, which knows the address of the post box and nothing else. No
cookie, no script, no session: a page acts on POST only, and a link alone changes nothing.
"""
