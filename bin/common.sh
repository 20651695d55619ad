# Common code of the launchers in this directory, which source it after setting $program and $bin. POSIX sh.
#
# Sets: root  the checkout or distribution that contains the launcher
#       dist  the distribution to run, after need_dist: root, or in a checkout the latest build
#       home  the node's directory: $WKMQ_HOME, or root
#       in_utf8  a prefix for $java, unquoted, that makes it handle non-ASCII file names, after need_java
#       java  the Java executable; java_version  its major version, as in 17; java_says  its full version text;
#             all after need_java

java_needed=17

die() {
    echo "$program: $*" >&2
    exit 1
}

warn() {
    echo "$program: $*" >&2
}

# Prints the command that installs a JDK or JRE ($1), and Maven if $2 is given.
install_line() {
    kind=$1
    if command -v apt-get >/dev/null 2>&1; then
        release=17
        apt-cache show "openjdk-17-$kind-headless" >/dev/null 2>&1 || release=21
        line="sudo apt-get update && sudo apt-get install -y openjdk-$release-$kind-headless"
        [ -z "${2:-}" ] || line="$line maven"
    elif command -v dnf >/dev/null 2>&1; then
        line="sudo dnf install -y java-latest-openjdk-headless"
        [ "$kind" = jre ] || line="sudo dnf install -y java-latest-openjdk-devel"
        [ -z "${2:-}" ] || line="$line maven"
    elif [ "$(uname -s)" = Darwin ]; then
        line="brew install --cask temurin"
        [ -z "${2:-}" ] || line="$line && brew install maven"
    else
        line="a package of your system, or https://adoptium.net"
    fi
    echo "$line"
}

# Finds Java and checks its version.
need_java() {
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
        java=$JAVA_HOME/bin/java
    elif command -v java >/dev/null 2>&1; then
        java=$(command -v java)
    else
        die "Java $java_needed or newer is needed, and there is none. Install it: $(install_line jre)"
    fi
    java_says=$("$java" -version 2>&1) || true
    java_version=$(echo "$java_says" | sed -n 's/^[a-z]* version "\([0-9]*\).*/\1/p')
    [ "${java_version:-0}" -ge "$java_needed" ] 2>/dev/null ||
        die "Java $java_needed or newer is needed, $java is ${java_version:-of an unknown version}." \
            "Set JAVA_HOME, or install it: $(install_line jre)"
    in_utf8=
    [ "$(locale charmap 2>/dev/null)" = UTF-8 ] || in_utf8="env LC_ALL=C.UTF-8"
}

# Finds the distribution; builds it in a checkout that has none.
need_dist() {
    if [ ! -f "$root/pom.xml" ]; then
        dist=$root
        return
    fi
    newest_dist
    if [ -z "$dist" ]; then
        command -v mvn >/dev/null 2>&1 ||
            die "Maven is needed to build wkmq, and there is none. Install it: $(install_line jdk maven)"
        echo "$program: building wkmq, this takes a minute or two the first time" >&2
        (cd "$root" && mvn -q -B -DskipTests package) >&2 || die "the build failed, see above"
        newest_dist
        [ -n "$dist" ] || die "the build left no distribution in $root/dist/target"
    fi
}

newest_dist() {
    dist=
    for candidate in "$root"/dist/target/wkmq-*/; do
        candidate=${candidate%/}
        [ -d "$candidate/lib" ] || continue
        if [ -z "$dist" ] || [ -n "$(find "$candidate" -maxdepth 0 -newer "$dist")" ]; then
            dist=$candidate
        fi
    done
}

root=$(CDPATH='' cd -- "$bin/.." && pwd -P)
home=${WKMQ_HOME:-$root}
case $home in
    /*) ;;
    *) home=$PWD/$home ;;
esac
