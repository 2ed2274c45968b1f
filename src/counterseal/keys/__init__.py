"""Keys: secrets, signatures and who they belong to. Never prompts, never prints.

`signing` signs and verifies; `recipients` encrypts to keys and `passphrase_file` to a passphrase;
`keystore` keeps one person's secrets under their passphrase; `people` says who may sign; `pair`
splits a case key between two people. Randomness, time and the cost of key derivation are passed in.
"""
