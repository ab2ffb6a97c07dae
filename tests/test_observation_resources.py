"""Memory and disk as Linux tells of them: of the machine, and of the container or unit around the process."""

import shutil

import pytest

from ui.observation.resources import Memory, disk, memory

MB = 1024 * 1024


@pytest.fixture
def system(tmp_path):
    """A file tree in the place of /; files by path, and always the machine's own."""

    def _system(**files):
        told = {
            "proc/meminfo": "MemTotal:        8192 kB\nMemFree:  1 kB\nMemAvailable:    4096 kB\nHugePages_Total:   0\n",
            "proc/self/status": "Name:\tpython\nVmRSS:\t     512 kB\n",
        } | {path.replace("__", "/"): text for path, text in files.items()}
        for name, text in told.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return _system


def put(root, folder, **files):
    where = root / "sys" / "fs" / "cgroup" / folder
    where.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (where / f"memory.{name}").write_text(f"{value}\n", encoding="utf-8")


def test_without_a_limit_the_machine_counts(system):
    found = memory(system())
    assert found == Memory(512 * 1024, 8 * MB, 4 * MB, None, None)
    assert found.free == 4 * MB


def test_the_limit_of_a_container_counts_without_what_is_only_cached(system):
    root = system(proc__self__cgroup="0::/\n")
    put(root, "", max=3 * MB, current=2 * MB, stat=f"anon 1\ninactive_file {MB}")
    found = memory(root)
    assert (found.limit, found.used, found.free) == (3 * MB, MB, 2 * MB)


def test_the_tightest_limit_of_the_groups_around_counts(system):
    root = system(proc__self__cgroup="0::/system.slice/policyqa.service\n")
    put(root, "system.slice/policyqa.service", max="max", current=MB)
    put(root, "system.slice", max=2 * MB, current=MB, stat="")
    assert (memory(root).limit, memory(root).free) == (2 * MB, MB)


def test_the_first_version_of_control_groups_is_read_too(system):
    root = system(proc__self__cgroup="5:cpu,memory:/docker/x\n1:name=systemd:/\n")
    put(root, "memory", limit_in_bytes=6 * MB, usage_in_bytes=5 * MB, stat=f"total_inactive_file {MB}")
    assert (memory(root).limit, memory(root).free) == (6 * MB, 2 * MB)
    put(root, "memory", limit_in_bytes=9223372036854771712)
    assert memory(root).limit is None


def test_a_limit_that_is_exceeded_leaves_nothing(system):
    root = system(proc__self__cgroup="0::/\n")
    put(root, "", max=MB, current=2 * MB)
    assert memory(root).free == 0


def test_where_there_is_no_linux_nothing_is_made_up(tmp_path):
    found = memory(tmp_path)
    assert found == Memory(None, None, None, None, None)
    assert found.free is None


def test_this_machine_tells_of_itself(tmp_path):
    assert (memory().process or 1) > 0
    found = disk(tmp_path / "not" / "there")
    assert found.total == shutil.disk_usage(tmp_path).total
    assert 0 < found.free <= found.total
