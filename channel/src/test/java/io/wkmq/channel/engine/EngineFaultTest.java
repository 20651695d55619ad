package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Injects faults below a running engine: it reports them and acknowledges nothing more, and a restart finds everything acknowledged. */
class EngineFaultTest {
    private static final int CHANNEL = 3;
    private static final LocalOptions OPTIONS = SimNode.small(1, AppenderOptions.defaults());

    private final SimDisk disk = new SimDisk();
    private final FailingDisk failing = new FailingDisk(new SimulatedDisk(disk));
    private final List<String> acknowledged = new ArrayList<>();
    private SimNode node = open();
    private Appender appender = appender();

    private SimNode open() {
        try {
            return new SimNode(failing, OPTIONS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Appender appender() {
        return new Appender(UUID.randomUUID(), node.log.of(0), node.loop, new ManualClock(), OPTIONS.appender());
    }

    @CanIgnoreReturnValue
    private CompletableFuture<Appended> append(String body) {
        CompletableFuture<Appended> appended =
                appender.append(CHANNEL, SimNode.entry(body)).toCompletableFuture();
        node.work();
        if (appended.isDone() && !appended.isCompletedExceptionally()) {
            acknowledged.add(body);
        }
        return appended;
    }

    private List<String> bodies() {
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Earliest());
        List<String> bodies = new ArrayList<>();
        while (reader.lag() > 0) {
            for (ChannelRecord record : node.result(reader.read(100, 1_000_000)).records()) {
                bodies.add(SimNode.text(record.entry().body()));
            }
        }
        return bodies;
    }

    private void begin() {
        node.configure(CHANNEL, Retention.FOR_EVER);
        for (int i = 0; i < 20; i++) {
            append("a" + i);
        }
        node.pass(OPTIONS.checkpointInterval().toMillis() + 1_100);
        assertThat(acknowledged).hasSize(20);
        assertThat(node.log.trouble()).isNull();
    }

    /** A file that could not be synced says so once more. */
    private void close() {
        try {
            node.store.close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("could not be synced before");
        }
    }

    private void stopsAndStartsAgain(String reason) throws IOException {
        append("b");
        node.pass(OPTIONS.checkpointInterval().toMillis() + 1_100);
        assertThat(node.log.trouble()).contains(reason);
        CompletableFuture<Appended> late = append("c");
        node.pass(OPTIONS.appender().deadlineMs() + 1_000);
        assertThat(late).isCompletedExceptionally();

        node.log.close();
        node.log.finish();
        close();
        disk.heal();
        node = open();
        appender = appender();
        assertThat(bodies()).containsAll(acknowledged).doesNotHaveDuplicates().doesNotContain("c");
        assertThat(append("d")).isCompleted();
        node.pass(OPTIONS.checkpointInterval().toMillis() + 1_100);
        assertThat(node.log.trouble()).isNull();
        assertThat(bodies()).containsAll(acknowledged).endsWith("d");
    }

    /** What is in the log must get into the records and the table: to do without is no way to go on. */
    @ParameterizedTest
    @ValueSource(strings = {"g0/", "table.mv"})
    void aFullDiskBehindTheLogStopsTheEngine(String file) throws IOException {
        begin();
        disk.fail(Operation.WRITE, file, 0, Integer.MAX_VALUE, SimDisk.FULL);
        stopsAndStartsAgain("cannot be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log-", "g0/", "table.mv"})
    void aFailedSyncStopsTheEngine(String file) throws IOException {
        begin();
        disk.fail(Operation.SYNC, file, 0, 1, SimDisk.BROKEN);
        stopsAndStartsAgain("cannot be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log-", "g0/", "table.mv"})
    void aFailedWriteStopsTheEngine(String file) throws IOException {
        begin();
        disk.fail(Operation.WRITE, file, 0, 1, SimDisk.BROKEN);
        stopsAndStartsAgain("cannot be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log-", "g0", "table.mv"})
    void anErrorThatIsNoneOfTheDiskStopsTheEngineToo(String file) throws IOException {
        begin();
        failing.failOnce(file);
        stopsAndStartsAgain("cannot be");
        assertThat(failing.pending()).isFalse();
    }
}
