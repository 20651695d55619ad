package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the launchers in a checkout, with fakes of Java and Maven that only print their arguments. */
@Timeout(60)
class CheckoutIT {
    private static final String JAVA = """
            #!/bin/sh
            if [ "$1" = -version ]; then
                echo 'openjdk version "17.0.1" 2021-10-19' >&2
            else
                printf '%s\\n' "home=$WKMQ_HOME" "$@"
            fi
            """;
    private static final String MAVEN = """
            #!/bin/sh
            echo "mvn $*"
            mkdir -p dist/target/wkmq-1/lib dist/target/wkmq-1/etc
            """;

    @Test
    void itIsBuiltIfThereIsNoDistribution(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        executable(dir.resolve("tools/mvn"), MAVEN);

        Outcome first = checkout.run(environment(dir), "wkmq", "foreground");
        Outcome second = checkout.run(environment(dir), "wkmq", "foreground");

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.errLines()).contains("mvn -q -B -DskipTests package");
        assertThat(first.outLines())
                .contains(
                        "home=" + checkout.root(),
                        "-Dwkmq.distribution=" + checkout.root().resolve("dist/target/wkmq-1"),
                        checkout.root().resolve("dist/target/wkmq-1/lib") + "/*",
                        "io.wkmq.broker.Main");
        assertThat(second.err()).doesNotContain("mvn");
        assertThat(second.out()).isEqualTo(first.out());
    }

    @Test
    void aBuildThatFailsEndsIt(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        executable(dir.resolve("tools/mvn"), "#!/bin/sh\necho 'it does not compile'\nexit 1\n");

        Outcome outcome = checkout.run(environment(dir), "wkmq", "start");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errLines()).endsWith("it does not compile", "wkmq: the build failed, see above");
    }

    @Test
    void withoutMavenItSaysHowToInstallIt(@TempDir Path dir) throws IOException {
        Map<String, String> environment = environment(dir);
        environment.put("PATH", dir.resolve("tools").toString());
        for (String tool :
                List.of("dirname", "readlink", "sed", "find", "uname", "sh", "apt-get", "apt-cache", "dnf")) {
            executable(dir.resolve("tools").resolve(tool), "#!/bin/sh\nPATH=/usr/bin:/bin\nexec " + tool + " \"$@\"\n");
        }

        Outcome outcome = checkout(dir).run(environment, "wkmq", "foreground");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errLines())
                .singleElement()
                .asString()
                .startsWith("wkmq: Maven is needed to build wkmq, and there is none. Install it: ");
    }

    @Test
    void theNewestDistributionIsRun(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        long seconds = 1_700_000_000;
        for (String name : List.of("wkmq-0.1", "wkmq-0.3", "wkmq-0.2")) {
            Path distribution = checkout.root().resolve("dist/target").resolve(name);
            Files.createDirectories(distribution.resolve("lib"));
            Files.setLastModifiedTime(distribution, FileTime.fromMillis(1000 * seconds++));
        }

        assertThat(checkout.run(environment(dir), "wkmq", "foreground").outLines())
                .contains("-Dwkmq.distribution=" + checkout.root().resolve("dist/target/wkmq-0.2"));
    }

    @Test
    void heapAndOptionsComeFromTheEnvironment(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        Files.createDirectories(checkout.root().resolve("dist/target/wkmq-1/lib"));
        Map<String, String> environment = environment(dir);

        assertThat(checkout.run(environment, "wkmq", "foreground").outLines())
                .contains("-XX:+UseParallelGC")
                .anyMatch(argument -> argument.matches("-Xmx\\d+m"));

        environment.put("WKMQ_HEAP", "768m");
        environment.put("WKMQ_JAVA_OPTS", "-Da=b -XX:+UseZGC");
        assertThat(checkout.run(environment, "wkmq", "foreground").outLines())
                .contains("-Xmx768m", "-Da=b", "-XX:+UseZGC")
                .doesNotContain("-XX:+UseParallelGC")
                .noneMatch(argument -> argument.startsWith("-Xmn"));
        environment.remove("WKMQ_HEAP");
        for (String option : List.of("-Xmx1g", "-XX:MaxRAMPercentage=10", "-XX:MaxRAM=1g", "-XX:MaxHeapSize=1g")) {
            environment.put("WKMQ_JAVA_OPTS", option);
            assertThat(checkout.run(environment, "wkmq", "foreground").outLines())
                    .filteredOn(argument -> argument.startsWith("-Xmx"))
                    .isEqualTo(option.startsWith("-Xmx") ? List.of(option) : List.of());
        }
    }

    /** In the groups of a directory, of a machine with 10,000 MB. */
    private static String heap(Path dir, String groups, Map<String, String> limits) throws IOException {
        Installation checkout = checkout(dir);
        Files.createDirectories(checkout.root().resolve("dist/target/wkmq-1/lib"));
        Files.writeString(dir.resolve("meminfo"), "MemTotal:       10240000 kB\nMemFree:         9999999 kB\n");
        Files.writeString(dir.resolve("groups"), groups);
        for (Map.Entry<String, String> limit : limits.entrySet()) {
            Path file = dir.resolve("cgroup").resolve(limit.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, limit.getValue() + '\n');
        }
        Path launcher = checkout.root().resolve("bin/wkmq");
        Files.writeString(
                launcher,
                Files.readString(launcher)
                        .replace("/proc/self/cgroup", dir.resolve("groups").toString())
                        .replace("/proc/meminfo", dir.resolve("meminfo").toString())
                        .replace("/sys/fs/cgroup", dir.resolve("cgroup").toString()));
        return checkout.run(environment(dir), "wkmq", "foreground").outLines().stream()
                .filter(argument -> argument.startsWith("-Xmx"))
                .findAny()
                .orElseThrow();
    }

    @Test
    void heapIsAPartOfTheMachinesMemoryIfNoGroupHasLess(@TempDir Path dir) throws IOException {
        assertThat(heap(dir, "0::/system.slice/wkmq.service\n", Map.of("system.slice/wkmq.service/memory.max", "max")))
                .isEqualTo("-Xmx4000m");
    }

    @Test
    void heapIsAPartOfWhatTheGroupMayTake(@TempDir Path dir) throws IOException {
        assertThat(heap(
                        dir,
                        "0::/system.slice/wkmq.service\n",
                        Map.of("system.slice/wkmq.service/memory.max", "2097152000")))
                .isEqualTo("-Xmx800m");
    }

    @Test
    void aGroupAroundMayHaveLess(@TempDir Path dir) throws IOException {
        assertThat(heap(
                        dir,
                        "0::/pod/container/wkmq\n",
                        Map.of(
                                "pod/container/wkmq/memory.max", "max",
                                "pod/container/memory.max", "2097152000",
                                "pod/memory.max", "1048576000")))
                .isEqualTo("-Xmx400m");
    }

    @Test
    void aContainerSeesItsOwnGroupAsTheOutermostOne(@TempDir Path dir) throws IOException {
        assertThat(heap(dir, "0::/\n", Map.of("memory.max", "1048576000"))).isEqualTo("-Xmx400m");
    }

    @Test
    void controlGroupsOfTheFirstVersionCountToo(@TempDir Path dir) throws IOException {
        assertThat(heap(
                        dir,
                        "5:cpu,cpuacct:/elsewhere\n4:memory:/docker/wkmq\n0::/\n",
                        Map.of(
                                "memory/docker/wkmq/memory.limit_in_bytes", "9223372036854771712",
                                "memory/docker/memory.limit_in_bytes", "2097152000",
                                "memory/elsewhere/memory.limit_in_bytes", "1048576")))
                .isEqualTo("-Xmx800m");
    }

    @Test
    void aContainerOfTheFirstVersionSeesItsLimitAtTheRoot(@TempDir Path dir) throws IOException {
        assertThat(heap(dir, "4:memory:/docker/0123abcd\n", Map.of("memory/memory.limit_in_bytes", "2097152000")))
                .isEqualTo("-Xmx800m");
    }

    @Test
    void youngGenerationIsSmallUnlessOptionsSayHowLargeItIs(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        Files.createDirectories(checkout.root().resolve("dist/target/wkmq-1/lib"));
        Map<String, String> environment = environment(dir);

        int byDefault = youngMb(checkout, environment);
        environment.put("WKMQ_HEAP", "1t");
        assertThat(checkout.run(environment, "wkmq", "foreground").outLines()).contains("-Xmx1t");
        environment.put("WKMQ_HEAP", "1048576g");
        int most = youngMb(checkout, environment);
        assertThat(most % 64).isZero();
        assertThat(most / 64)
                .as("processors, whatever a quota lets this test use of them")
                .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(byDefault).isBetween(1, most);
        for (String heap : List.of("128m", "128M", "131072k", "134217728")) {
            environment.put("WKMQ_HEAP", heap);
            assertThat(youngMb(checkout, environment)).as(heap).isEqualTo(32);
        }
        for (String option : List.of("-XX:NewRatio=1", "-Xmx1g", "-XX:MaxRAMPercentage=10", "-XX:MaxHeapSize=1g")) {
            environment.put("WKMQ_JAVA_OPTS", option);
            assertThat(checkout.run(environment, "wkmq", "foreground").outLines())
                    .contains("-XX:+UseParallelGC", option)
                    .noneMatch(argument -> argument.startsWith("-Xmn"));
        }
        environment.remove("WKMQ_JAVA_OPTS");
        environment.put("JDK_JAVA_OPTIONS", "-Xmx1g");
        assertThat(checkout.run(environment, "wkmq", "foreground").outLines())
                .noneMatch(argument -> argument.startsWith("-Xmn"));
    }

    private static int youngMb(Installation checkout, Map<String, String> environment) throws IOException {
        return checkout.run(environment, "wkmq", "foreground").outLines().stream()
                .filter(argument -> argument.startsWith("-Xmn"))
                .map(argument -> Integer.parseInt(argument.substring(4, argument.length() - 1)))
                .findAny()
                .orElseThrow();
    }

    @Test
    void theOtherLaunchersPassTheirArguments(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        Files.createDirectories(checkout.root().resolve("dist/target/wkmq-1/lib"));

        assertThat(checkout.run(environment(dir), "wkctl", "clients", "show", "a b")
                        .outLines())
                .contains("home=" + checkout.root())
                .endsWith("io.wkmq.broker.ctl.CtlMain", "clients", "show", "a b");
        assertThat(checkout.run(environment(dir), "wkbench", "--help").outLines())
                .endsWith("io.wkmq.benchmarks.load.LoadMain", "--help");
    }

    @Test
    void smallBenchmarksRunFromTheBuild(@TempDir Path dir) throws IOException {
        Installation checkout = checkout(dir);
        executable(
                dir.resolve("tools/mvn"),
                "#!/bin/sh\nmkdir -p benchmarks/target\necho /repository/jmh.jar >benchmarks/target/classpath\n");

        Outcome outcome = checkout.run(environment(dir), "wkbench", "micro", "-l");

        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.outLines())
                .endsWith(
                        "-cp",
                        checkout.root().resolve("benchmarks/target/classes") + ":/repository/jmh.jar",
                        "org.openjdk.jmh.Main",
                        "-l");
    }

    private static Installation checkout(Path dir) throws IOException {
        Path root = dir.resolve("checkout");
        Files.createDirectories(root.resolve("bin"));
        Files.createFile(root.resolve("pom.xml"));
        for (String name : Installation.built().names("bin")) {
            Files.copy(
                    Installation.built().root().resolve("bin").resolve(name),
                    root.resolve("bin").resolve(name),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        executable(dir.resolve("tools/java"), JAVA);
        return new Installation(root);
    }

    private static Map<String, String> environment(Path dir) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", dir.resolve("tools") + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", "");
        return environment;
    }

    private static void executable(Path file, String script) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
