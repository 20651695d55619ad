package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the contents of the distribution. */
@Timeout(120)
class DistributionIT {
    private final Installation installation = Installation.built();

    @Test
    void eachLibraryIsThereOnce() {
        Map<String, Long> artifacts = installation.names("lib").stream()
                .map(name -> name.replaceFirst("-\\d[^-]*(-SNAPSHOT)?(?=(-linux.*)?\\.jar$)", ""))
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));

        assertThat(artifacts)
                .isNotEmpty()
                .allSatisfy((name, count) -> assertThat(count).as(name).isOne());
    }

    @Test
    void pluginsAreInTheirOwnDirectoryOnly() {
        assertThat(installation.names("plugins")).singleElement().asString().startsWith("wkmq-plugin-auth-file-");
        assertThat(installation.names("lib"))
                .noneMatch(name -> name.startsWith("wkmq-plugin-auth-file"))
                .anyMatch(name -> name.startsWith("wkmq-plugin-api"));
    }

    @Test
    void nothingOfTheBuildIsInIt() {
        assertThat(installation.names("lib"))
                .noneMatch(name -> name.matches("(junit|assertj|jmh|error_prone|wkmq-testing|wkmq-dist|lombok).*"));
    }

    @Test
    void theLaunchersCanBeRunAndTheConfigurationIsThere() {
        assertThat(installation.names("bin")).containsExactly("common.sh", "wkbench", "wkctl", "wkmq");
        for (String launcher : List.of("wkmq", "wkctl", "wkbench")) {
            assertThat(Files.isExecutable(installation.root().resolve("bin").resolve(launcher)))
                    .as(launcher)
                    .isTrue();
        }
        assertThat(installation.names("etc"))
                .contains(
                        "acl.conf", "cluster.conf", "logback.xml", "logback-json.xml", "logback-text.xml", "wkmq.conf")
                .doesNotContain("users");
    }

    @Test
    void theJarsKnowTheirVersion() throws IOException {
        String jar = installation.names("lib").stream()
                .filter(name -> name.startsWith("wkmq-broker-"))
                .findFirst()
                .orElseThrow();
        try (JarFile file =
                new JarFile(installation.root().resolve("lib").resolve(jar).toFile())) {
            String version = file.getManifest().getMainAttributes().getValue("Implementation-Version");
            assertThat(jar).isEqualTo("wkmq-broker-" + version + ".jar");
        }
    }

    @Test
    void theArchiveHoldsTheSame(@TempDir Path dir) {
        Path archive = installation.root().resolveSibling(installation.root().getFileName() + ".tar.gz");

        Outcome unpacked = Installation.run(new ProcessBuilder("tar", "xzf", archive.toString(), "-C", dir.toString()));

        assertThat(unpacked.status()).as(unpacked.err()).isZero();
        Installation copy =
                new Installation(dir.resolve(installation.root().getFileName().toString()));
        for (String directory : List.of("bin", "etc", "lib", "plugins")) {
            assertThat(copy.names(directory)).isEqualTo(installation.names(directory));
        }
        assertThat(Files.isExecutable(copy.root().resolve("bin/wkmq"))).isTrue();
    }

    @Test
    void itRunsWhereverItIsMovedAlsoThroughALink(@TempDir Path dir) throws IOException {
        Installation moved = installation.copyTo(dir.resolve("a place with spaces"));
        Files.writeString(moved.root().resolve("etc/wkmq.conf"), "what is this\n");
        Path link = Files.createDirectories(dir.resolve("bin")).resolve("wkmq");
        Files.createSymbolicLink(link, moved.root().resolve("bin/wkmq"));
        ProcessBuilder command = moved.command(Map.of(), "wkmq", "foreground");
        command.command(link.toString(), "foreground");

        Outcome outcome = Installation.run(command);

        assertThat(outcome.status()).isEqualTo(78);
        assertThat(outcome.err()).contains(moved.root().resolve("etc/wkmq.conf") + ":1: 'what is this'");
    }
}
