"""The sample application that `watchword up` starts: it verifies the assertion and shows who came, and why."""
