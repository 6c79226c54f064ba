"""Personal data breaches: what each has come to, the notification, and the letters to persons."""
