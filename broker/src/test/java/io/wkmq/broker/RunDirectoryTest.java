package io.wkmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.ctl.RunningNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    @Test
    void itNamesTheProcessAndThenTheNode(@TempDir Path home) throws IOException {
        Path run = home.resolve("run");
        try (RunDirectory directory = RunDirectory.claim(run, run)) {
            assertThat(run.resolve("wkmq.pid"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
            assertThat(run.resolve("wkmq.status")).doesNotExist();

            directory.register(node("a@b", run));
            assertThat(run.resolve("wkmq.status")).doesNotExist();

            directory.announce(List.of("tcp 127.0.0.1:1883"));

            assertThat(run.resolve("wkmq.status"))
                    .hasContent("Node 'a@b' is started\nwkmq " + Version.current() + " is running");
        }
        assertThat(run.resolve("wkmq.pid")).doesNotExist();
        assertThat(run.resolve("wkmq.status")).doesNotExist();
    }

    @Test
    void whatAKilledProcessLeftIsReplaced(@TempDir Path home) throws IOException {
        Path run = Files.createDirectories(home.resolve("run"));
        Files.writeString(run.resolve("wkmq.pid"), "1\n");
        Files.writeString(run.resolve("wkmq.status"), "Node 'old@host' is started\n");
        Files.createFile(run.resolve("wkmq.lock"));

        try (RunDirectory directory = RunDirectory.claim(run, run)) {
            assertThat(directory).isNotNull();
            assertThat(run.resolve("wkmq.status")).doesNotExist();
        }
    }

    @Test
    void onlyOneNodeRunsInAHome(@TempDir Path home) throws IOException {
        Path run = home.resolve("run");
        try (RunDirectory first = RunDirectory.claim(run, run)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> RunDirectory.claim(run, run))
                    .isInstanceOf(StartupException.class)
                    .hasMessage("another wkmq runs in " + home + " (pid "
                            + ProcessHandle.current().pid() + "); stop it, or set WKMQ_HOME to another directory");
            assertThat(run.resolve("wkmq.pid")).exists();
        }
        RunDirectory.claim(run, run).close();
    }

    @Test
    void aNodeWithDataOfItsOwnRunsBesideAnotherOfTheSameHome(@TempDir Path home) throws IOException {
        Path run = home.resolve("run");
        Path other = home.resolve("data2/run");
        try (RunDirectory first = RunDirectory.claim(run, run);
                RunDirectory second = RunDirectory.claim(run, other)) {
            assertThat(first.path()).isEqualTo(run);
            assertThat(second.path()).isEqualTo(other);
        }
    }

    @Test
    void wkctlIsToldInTheHomeOfBoth(@TempDir Path home) throws IOException {
        Path run = home.resolve("run");
        try (RunDirectory first = RunDirectory.claim(run, run);
                RunDirectory second = RunDirectory.claim(run, home.resolve("data2/run"))) {
            assertThat(first.path()).isEqualTo(run);

            second.register(node("second@host", second.path()));

            assertThat(run.resolve("nodes/" + ProcessHandle.current().pid()))
                    .hasContent("name=second@host\ndata=/data\nsocket=" + second.path() + "/wkctl.sock\ntoken="
                            + second.path() + "/wkctl.token");
        }
        assertThat(run.resolve("nodes")).isEmptyDirectory();
    }

    private static RunningNode node(String name, Path run) {
        return new RunningNode(
                name,
                ProcessHandle.current().pid(),
                Path.of("/data"),
                run.resolve("wkctl.sock"),
                run.resolve("wkctl.token"));
    }

    @Test
    void aDirectoryThatCannotBeMadeStopsTheStart(@TempDir Path home) throws IOException {
        Files.createFile(home.resolve("run"));

        assertThatThrownBy(() -> RunDirectory.claim(home.resolve("run"), home.resolve("other")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("cannot write to " + home.resolve("run"));
    }
}
