"""How property tests run: no deadline for an example, because the machine may be busy with something else.

With `CI=true` hypothesis takes its own profile: the same examples each time, none remembered, and no deadline either.
"""

import os

from hypothesis import settings

if os.environ.get("CI") != "true":
    settings.register_profile("watchword", deadline=None)
    settings.load_profile("watchword")
