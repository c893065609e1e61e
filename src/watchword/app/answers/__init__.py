"""What `watchword policy` answers, as JSON values: one function a question, shared by the command line and the API.

Both print what these return and nothing else, so that an answer over HTTP is that of `--output json`, byte for byte.
"""
