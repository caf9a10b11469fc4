"""Prints what a package in a folder requires here, and what of it is not met."""

import importlib.metadata as metadata
import json
import sys

try:
    from packaging.requirements import Requirement
except ImportError:  # an empty environment has pip's copy only
    from pip._vendor.packaging.requirements import Requirement

folder, package = sys.argv[1:]
(found,) = metadata.distributions(name=package, path=[folder])


def met(requirement):
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


wanted = [Requirement(text) for text in found.requires or []]
wanted = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
print(json.dumps({
    "all": [f"{r.name}{'[' + ','.join(sorted(r.extras)) + ']' if r.extras else ''}{r.specifier}" for r in wanted],
    "unmet": [r.name for r in wanted if not met(r)],
}))
