#!/bin/sh
# Installs policyqa from this folder without any network, beside an older version if there is one.
#   sh install.sh [--prefix DIR] [--python PYTHON] [--data DIR]
# --prefix   where it goes; default /opt/policyqa for root, else ~/policyqa
# --python   the Python to use; default python3
# --data     folder of the collection; if there is none in it, documents/ of this archive or the sample is read into it
set -eu
# In a subshell: what CDPATH or a profile prints must not become part of the path.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python=python3
data=
if [ "$(id -u)" -eq 0 ]; then prefix=/opt/policyqa; else prefix=${HOME:?}/policyqa; fi

fail() { # Chinese, English, fix
    printf '%s\n%s\nFix: %s\n' "$1" "$2" "$3" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case "$1" in
        --prefix|--python|--data)
            [ $# -ge 2 ] || fail "$1 后面缺少值。" "$1 needs a value." "sh install.sh --help"
            case "$1" in --prefix) prefix=$2 ;; --python) python=$2 ;; --data) data=$2 ;; esac
            shift 2 ;;
        -h|--help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) printf '不认识的选项 unknown option: %s\nFix: sh install.sh --help\n' "$1" >&2; exit 2 ;;
    esac
done
case "$prefix" in /*) ;; *) prefix=$(pwd)/$prefix ;; esac
case "$data" in ''|/*) ;; *) data=$(pwd)/$data ;; esac

# Everything that is named is as it was packed, and nothing else lies between the wheels.
cd -- "$here"
sha256sum --check --quiet SHA256SUMS >&2 || fail "安装包已损坏或不完整。" "The archive is damaged or incomplete." "copy it again and compare its sum with the .sha256 file beside it"
extra=$(find wheels -type f | LC_ALL=C sort | while IFS= read -r file; do
    cut -c 67- SHA256SUMS | grep -qxF -- "$file" || printf '%s ' "$file"
done)
[ -z "$extra" ] || fail "安装包里多了文件：$extra" "Files that do not belong to the archive: $extra" "unpack it again into an empty folder"

command -v "$python" >/dev/null 2>&1 || fail "找不到 $python。" "There is no $python." "install it from the system's own packages, or sh install.sh --python /path/to/python3.11"
there=$("$python" -I - <<'END'
import platform, sys, sysconfig
version = f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"
print(version, sysconfig.get_platform(), platform.libc_ver()[0] or "other")
END
) || fail "$python 不能运行。" "$python does not run." "sh install.sh --python /path/to/python3.11"
wanted=$(cat MACHINE)
[ "$there" = "$wanted" ] || fail "此安装包只适用于「$wanted」，这里是「$there」。" "This archive is for '$wanted'; this is '$there'." "sh install.sh --python with that version, or make the archive on a machine like this one"

# One folder for each archive: the switch is one step, and the version before stays for the way back.
id=$(sed -n 's/^policyqa==\([^ ]*\) .*/\1/p' requirements.txt)-$(sha256sum SHA256SUMS | cut -c 1-8)
home=$prefix/versions/$id
before=$(readlink "$prefix/current" 2>/dev/null || true)
if [ ! -e "$home/complete" ]; then
    rm -rf -- "$home"
    mkdir -p -- "$prefix/versions"
    "$python" -I -m venv "$home" || { rm -rf -- "$home"; fail "不能建立虚拟环境。" "A virtual environment cannot be made." "install python3-venv from the system's own packages; check that $prefix can be written"; }
    # Each wheel is named with its hash, also what the product needs: so nothing is looked for.
    "$home/bin/python" -I -m pip --isolated --quiet --disable-pip-version-check install --no-index --no-deps --no-cache-dir \
        --find-links "$here/wheels" --require-hashes --requirement "$here/requirements.txt" ||
        { rm -rf -- "$home"; fail "安装没有成功，原有版本未动。" "The installation failed; the version before is untouched." "see pip's lines above; free disk space in $prefix"; }
    # A light archive leaves these two out on purpose.
    missing=$("$home/bin/python" -I -m pip --isolated --disable-pip-version-check check |
        grep -vE '^No broken|^policyqa .* requires (torch|sentence-transformers),' || true)
    [ -z "$missing" ] || { rm -rf -- "$home"; fail "安装包不完整：$missing" "The archive is incomplete: $missing" "make it again"; }
    cp -- deploy/first-start.sh "$home/bin/policyqa-first-start"
    : > "$home/complete"
fi
ln -sfn -- "versions/$id" "$prefix/current.new"
mv -T -- "$prefix/current.new" "$prefix/current"
printf '已安装 installed: %s\n' "$prefix/current/bin/policyqa"
case "$before" in
    ''|"versions/$id") ;;
    *) printf '退回旧版 to go back: ln -sfn %s %s/current\n' "$before" "$prefix" ;;
esac

if [ -n "$data" ]; then
    PATH=$prefix/current/bin:$PATH
    export PATH
    cd -- "$prefix"
    policyqa-first-start "$here/documents" --data "$data"
    printf '下一步 next: %s web --data %s\n' "$prefix/current/bin/policyqa" "$data"
fi
