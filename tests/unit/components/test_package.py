from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stackwright.components import ComponentError, Package
from stackwright.components.package.__main__ import main
from stackwright.components.package.archive import store, zip_bytes
from stackwright.components.package.lock import lock_text

LOCKED = "fastjsonschema"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "stackwright" / "packages"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "handlers"
    (folder / "shop").mkdir(parents=True)
    (folder / "entry.py").write_text(
        "from shop import orders\n\n\ndef handler(event, context):\n    return orders.new()\n"
    )
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "shop" / "orders.py").write_text("import json\n\n\ndef new():\n    return json.dumps({})\n")
    (folder / "requirements.txt").write_text(f"{LOCKED}\nboto3\n")
    assert main(["lock", str(folder / "requirements.txt")]) == 0
    return folder


FILES = ("shop/orders.py", "entry.py", "shop/__init__.py")


def path_of(package):
    return Path(package.archive.path)


def test_the_same_bytes_whatever_the_clock_the_modes_and_the_working_directory(root, tmp_path, monkeypatch):
    first = Package(root, entry="entry.py", lock="requirements.lock")
    for file in root.rglob("*"):
        os.utime(file, (time.time() + 86400, time.time() + 86400))
        file.chmod(0o700)
    (root / "shop" / "__pycache__").mkdir()
    (root / "shop" / "__pycache__" / "orders.pyc").write_bytes(b"x")
    monkeypatch.chdir("/")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another-cache"))
    second = Package(root, entry="entry.py", lock="requirements.lock")

    assert path_of(first) != path_of(second)
    assert path_of(first).read_bytes() == path_of(second).read_bytes()
    assert first.sha256 == second.sha256


def test_another_machine_gets_the_same_bytes(root):
    # Another process with another hash seed, time zone, locale and umask stands for another machine.
    program = (
        "import os, sys, pathlib; os.umask(0o077)\n"
        "from stackwright.components.package import Package\n"
        f"print(Package(pathlib.Path({str(root)!r}), entry='entry.py', lock='requirements.lock').sha256)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    other = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd="/"
    )

    assert other.stdout.strip() == Package(root, entry="entry.py", lock="requirements.lock").sha256


def test_the_zip_holds_the_listed_files_and_the_locked_ones_with_fixed_times_and_modes(root):
    package = Package(root, entry="entry.py", lock="requirements.lock")

    with zipfile.ZipFile(path_of(package)) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert [e.filename for e in entries] == sorted(e.filename for e in entries) == list(package.names)
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {e.external_attr >> 16 for e in entries} == {0o100644}
    assert {"entry.py", "shop/orders.py", "fastjsonschema/__init__.py"} <= set(package.names)
    assert not any("__pycache__" in n or n.endswith((".pyc", "RECORD", "INSTALLER")) for n in package.names)
    assert any(n.endswith("licenses/LICENSE") for n in package.names)
    assert not any(n.startswith("boto") for n in package.names)


def test_a_changed_file_is_another_package(root):
    before = Package(root, entry="entry.py")
    (root / "entry.py").write_text("def handler(event, context):\n    return 2\n")

    assert Package(root, entry="entry.py").sha256 != before.sha256


IMPORTS = {
    "from . import helper": True,
    "from .helper import f": True,
    "import shop.helper": True,
    "import shop.helper as h": True,
    "def later():\n    from shop import helper": True,
    "try:\n    import shop.helper\nexcept ImportError:\n    pass": True,
    "import typing\nif typing.TYPE_CHECKING:\n    import shop.helper": False,
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import shop.helper": True,
    "import helper": False,
}


@pytest.mark.parametrize("text", IMPORTS)
def test_what_the_code_imports_is_packed_and_nothing_else(root, text):
    (root / "shop" / "helper.py").write_text("def f(): ...\n")
    (root / "helper.py").write_text("import shop.unused\n")
    (root / "shop" / "unused.py").write_text("")
    (root / "shop" / "orders.py").write_text(f"{text}\n")

    names = Package(root, entry="entry.py", provided=["helper"]).names

    assert ("shop/helper.py" in names) is IMPORTS[text]
    assert ("helper.py" in names) is (text == "import helper")
    assert set(FILES) <= set(names)


def test_a_package_goes_before_a_module_of_its_name_and_folders_need_no_init(root):
    (root / "shop.py").write_text("import nothing_of_this_name\n")
    (root / "loose" / "deep").mkdir(parents=True)
    (root / "loose" / "deep" / "part.py").write_text("")
    (root / "shop" / "orders.py").write_text("import loose.deep.part\n")

    assert set(Package(root, entry="entry.py").names) == {*FILES, "loose/deep/part.py"}


def test_several_entries_share_a_package_and_data_comes_along(root):
    (root / "other.py").write_text("import json\n")
    (root / "shop" / "schema.json").write_text("{}")
    (root / "plugin.py").write_text("import other\n")

    package = Package(root, entry=["entry.py"], data=["shop/schema.json", "plugin.py"])

    assert set(package.names) == {*FILES, "shop/schema.json", "plugin.py", "other.py"}


def test_an_import_that_nobody_provides_is_found_before_the_first_invocation(root):
    (root / "shop" / "orders.py").write_text("import boto3\nimport requests\nimport fastjsonschema\n")

    with pytest.raises(ComponentError, match=r"shop/orders\.py imports requests: not beside it"):
        Package(root, entry="entry.py", lock="requirements.lock")
    with pytest.raises(ComponentError, match=r"imports fastjsonschema; .* imports requests"):
        Package(root, entry="entry.py")
    assert Package(root, entry="entry.py", lock="requirements.lock", provided=["requests"])
    (root / "shop" / "orders.py").write_text("try:\n    import requests\nexcept ImportError:\n    requests = None\n")
    assert Package(root, entry="entry.py")


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library beside the program, as an editable install makes it importable."""
    folder = tmp_path / "elsewhere" / "tools"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "used.py").write_text("from . import deeper\n")
    (folder / "deeper.py").write_text("")
    (folder / "unused.py").write_text("")
    (folder / "table.json").write_text("{}")
    (tmp_path / "elsewhere" / "neighbour.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    return folder


def test_of_a_library_what_is_imported_is_packed(root, library):
    (root / "shop" / "orders.py").write_text("import tools.used\n")

    package = Package(root, entry="entry.py", libraries=["tools"], data=["tools/table.json"])

    assert set(package.names) == {*FILES, "tools/__init__.py", "tools/used.py", "tools/deeper.py", "tools/table.json"}
    with pytest.raises(ComponentError, match="imports tools"):
        Package(root, entry="entry.py")
    (root / "shop" / "orders.py").write_text("import tools.used\nimport neighbour\n")
    with pytest.raises(ComponentError, match="imports neighbour"):
        Package(root, entry="entry.py", libraries=["tools"])
    assert "neighbour.py" in Package(root, entry="entry.py", libraries=["tools", "neighbour"]).names
    with pytest.raises(ComponentError, match="'absent' cannot be imported by the program"):
        Package(root, entry="entry.py", libraries=["absent"])


def test_a_local_run_is_told_which_libraries_are_packed(root, library, tmp_path, monkeypatch):
    monkeypatch.setenv("STACKWRIGHT_PACKAGES", json.dumps({"python": "3.11", "notes": str(tmp_path / "notes")}))
    Package(root, entry="entry.py", libraries=["tools", "neighbour"])

    (line,) = (tmp_path / "notes").read_text().splitlines()
    assert json.loads(line) == {
        "libraries": [str(library), str(library.parent / "neighbour.py")],
        "for_this_machine": [],
    }


def test_files_that_are_not_there_or_no_python_and_relative_roots_are_refused(root):
    with pytest.raises(ComponentError, match=r"gone\.py is in none of"):
        Package(root, entry="gone.py")
    with pytest.raises(ComponentError, match=r"gone\.json is not there"):
        Package(root, entry="entry.py", data=["gone.json"])
    with pytest.raises(ComponentError, match="working directory"):
        Package(Path("handlers"), entry="entry.py")
    (root / "shop" / "orders.py").write_text("def\n")
    with pytest.raises(ComponentError, match=r"orders\.py:1 is no valid Python"):
        Package(root, entry="entry.py")


def test_a_dependency_that_differs_from_the_lock_is_one_clear_error(root):
    lock = root / "requirements.lock"
    text = lock.read_text()
    lock.write_text(text.replace("sha256:", "sha256:" + "0" * 64)[: text.index("sha256:") + 7 + 64] + "\n")
    with lock.open("a") as stream:
        stream.write(f"jmespath==0.0.1  # sha256:{'0' * 64}\nno-such-thing==1.0  # sha256:{'0' * 64}\n")

    with pytest.raises(ComponentError) as caught:
        Package(root, entry="entry.py", lock="requirements.lock")

    message = str(caught.value)
    assert "fastjsonschema==2.21.2 has other contents" in message
    assert "locked is 0.0.1" in message
    assert "no-such-thing==1.0 is not installed" in message
    assert f"pip install --force-reinstall --no-deps -r {lock}" in message


def test_a_missing_or_broken_lock_says_how_to_write_one(root):
    with pytest.raises(ComponentError, match=r"stackwright\.components\.package lock"):
        Package(root, entry="entry.py", lock="other.lock")
    (root / "other.lock").write_text("fastjsonschema>=2\n")
    with pytest.raises(ComponentError, match=r"other\.lock:1 is no line of a lock"):
        Package(root, entry="entry.py", lock="other.lock")


def test_the_lock_lists_what_dependencies_require_but_not_what_lambda_brings(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# why\naws-lambda-powertools  # logging\nboto3\n")

    names = [line.partition("==")[0] for line in lock_text(requirements).splitlines()[1:]]

    assert names == ["aws-lambda-powertools", "jmespath", "typing-extensions"]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A distribution as pip installs it: with byte code, a script and notes of the installer."""
    site = tmp_path / "site"
    notes = site / "tool-1.0.dist-info"
    files = {
        "tool/__init__.py": "x = 1\n",
        "tool/__pycache__/__init__.cpython-311.pyc": "bytes",
        "../bin/tool": "#!/usr/bin/python\n",
        "tool-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tool\nVersion: 1.0\n",
        "tool-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tool-1.0.dist-info/INSTALLER": "pip\n",
        "tool-1.0.dist-info/direct_url.json": '{"url": "file:///tool", "dir_info": {}}',
        "tool-1.0.dist-info/LICENSE": "free\n",
    }
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    (notes / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    monkeypatch.syspath_prepend(str(site))
    return site


def test_what_an_installer_writes_is_neither_packed_nor_locked(installed, root):
    (root / "requirements.txt").write_text("tool")
    assert main(["lock", str(root / "requirements.txt")]) == 0

    before = Package(root, entry="entry.py", lock="requirements.lock")
    for name in ("tool/__pycache__/__init__.cpython-311.pyc", "tool-1.0.dist-info/INSTALLER", "../bin/tool"):
        (installed / name).write_text("written by something else")
    after = Package(root, entry="entry.py", lock="requirements.lock")

    assert set(after.names) - set(FILES) == {"tool/__init__.py", "tool-1.0.dist-info/LICENSE"}
    assert after.sha256 == before.sha256


def test_an_editable_distribution_is_refused_also_after_it_was_locked(installed, root):
    (root / "requirements.txt").write_text("tool")
    assert main(["lock", str(root / "requirements.txt")]) == 0
    origin = installed / "tool-1.0.dist-info" / "direct_url.json"
    origin.write_text('{"url": "file:///tool", "dir_info": {"editable": true}}')

    with pytest.raises(ComponentError, match=r"tool is installed as editable.*\n.*`libraries`"):
        Package(root, entry="entry.py", lock="requirements.lock")


@pytest.mark.parametrize(
    ("requirement", "message"),
    [("no-such-thing", "not installed"), ("fastjsonschema==1.0", "wanted is"), ("stackwright", "editable")],
)
def test_what_cannot_be_locked_says_so(tmp_path, capsys, requirement, message):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(requirement)

    assert main(["lock", str(requirements)]) == 2
    assert message in capsys.readouterr().err


def test_programs_may_store_at_the_same_time(cache):
    data = zip_bytes({"a.py": b"x" * 1_000_000})

    with ThreadPoolExecutor(8) as pool:
        files = set(pool.map(store, [data] * 32))

    assert [f.read_bytes() == data for f in files] == [True]
    assert list(cache.iterdir()) == list(files)


def test_packages_that_nobody_used_for_long_are_removed(cache):
    old, kept = store(zip_bytes({"a": b"1"})), store(zip_bytes({"a": b"2"}))
    long_ago = time.time() - 40 * 86400
    os.utime(old, (long_ago, long_ago))

    store(zip_bytes({"a": b"3"}))

    assert not old.exists()
    assert kept.exists()


def test_a_package_that_was_cut_short_on_disk_is_written_again():
    data = zip_bytes({"a": b"1"})
    file = store(data)
    file.write_bytes(data[:10])

    assert store(data).read_bytes() == data


def test_the_cache_is_its_owners_alone(cache, monkeypatch):
    cache.mkdir(parents=True)
    for directory in (cache.parent, cache):
        directory.chmod(0o777)
    data = zip_bytes({"a": b"1"})
    file = store(data)
    assert [path.stat().st_mode & 0o777 for path in (cache.parent, cache, file)] == [0o700, 0o700, 0o600]
    file.write_bytes(bytes(len(data)))  # of the right length
    assert store(data).read_bytes() == data
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(ComponentError, match="belongs to another user"):
        store(data)


def test_a_cache_that_cannot_be_written_is_one_clear_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with pytest.raises(ComponentError, match="set XDG_CACHE_HOME"):
        store(b"x")
