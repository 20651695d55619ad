package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The repair of all channels of a node, which takes more time than one call has. */
@Timeout(60)
class ChannelRepairTest {
    private static final int CHANNELS = 12;
    private static final int CALLS_MAX = CHANNELS;
    private static final long FORGOTTEN_MINUTES = 11;

    /** A clock that advances whenever somebody looks at it: a call has time for a few channels. */
    private static final class ImpatientTiming implements Timing {
        private static final long STEP_SECONDS = 4;
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public long nanoTime() {
            return nanos.addAndGet(TimeUnit.SECONDS.toNanos(STEP_SECONDS));
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void after(long delayMs, Runnable task) {
            throw new UnsupportedOperationException("nothing is delayed here");
        }

        @Override
        public <T> void completeAfter(long delayMs, CompletableFuture<T> future, T value) {
            throw new UnsupportedOperationException("nothing is delayed here");
        }
    }

    @TempDir
    Path directory;

    private final ImpatientTiming timing = new ImpatientTiming();
    private NodeChannels channels;
    private ChannelRepair repair;

    private void open() throws IOException {
        channels = NodeChannels.open(directory, LocalOptions.defaults(), Clock.systemUTC());
        repair = new ChannelRepair(channels, timing);
    }

    @BeforeEach
    void declare() throws Exception {
        open();
        for (int i = 0; i < CHANNELS; i++) {
            channels.changes().create("c" + i, TopicFilter.of("plant/" + i), ChannelSettings.DEFAULT);
        }
    }

    @AfterEach
    void close() throws IOException {
        channels.close();
    }

    private void append(String channel, String body) {
        ChannelDefinition found = Objects.requireNonNull(channels.find(channel));
        Objects.requireNonNull(channels.engine())
                .append(found.number(), SimNode.entry(body))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Flips a bit of that message on the disk. */
    private void flip(String message) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                int at = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(message);
                if (at >= 0 && String.valueOf(file.getFileName()).startsWith("c")) {
                    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                        bytes.seek(at);
                        int flipped = bytes.read() ^ 1;
                        bytes.seek(at);
                        bytes.write(flipped);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("no file of a channel has " + message);
    }

    /** How many calls it takes until all is done. */
    private int callsUntilDone() throws ChannelException {
        int calls = 1;
        while (!repair.repairAll().done()) {
            calls++;
            assertThat(calls).isLessThanOrEqualTo(CALLS_MAX);
        }
        return calls;
    }

    @Test
    void eachCallGoesOnWhereTheLastOneEnded() throws Exception {
        assertThat(callsUntilDone()).isBetween(2, CHANNELS / 2);
    }

    @Test
    void whatAnEarlierCallFoundIsReportedByTheLastOne() throws Exception {
        append("c3", "a message that will be damaged");
        append("c3", "another one");
        close(); // a pass over all channels finds those in the table, which has them once it is saved
        flip("a message that will be damaged");
        open();

        SyncReport first = repair.repairAll();
        assertThat(first.done()).isFalse();
        List<SyncReport.Node> found = first.nodes();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).scrubbed().damaged()).isEqualTo(1);
        SyncReport last = first;
        for (int calls = 1; !last.done(); calls++) {
            assertThat(calls).isLessThan(CALLS_MAX);
            last = repair.repairAll();
        }
        assertThat(last.nodes()).isEqualTo(found);
        assertThat(found.get(0).problem()).isEqualTo("1 damaged records are not repaired");
    }

    @Test
    void whatNobodyAskedForAnyMoreBeginsAgain() throws Exception {
        int calls = callsUntilDone();
        for (int i = 1; i < calls; i++) {
            assertThat(repair.repairAll().done()).isFalse();
        }
        timing.nanos.addAndGet(TimeUnit.MINUTES.toNanos(FORGOTTEN_MINUTES));

        assertThat(callsUntilDone()).as("as many calls as at first").isEqualTo(calls);
    }
}
