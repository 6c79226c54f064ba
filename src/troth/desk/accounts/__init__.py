"""Who works at the desk: roles and what each may do, accounts, how they sign in, what they see."""
