package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Message;
import io.wkmq.session.AwaitedFlush;
import io.wkmq.session.RestoredSessions;
import io.wkmq.session.Samples;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.StoredDelivery.State;
import io.wkmq.testing.Await;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests how much the storage writes, and how large its files grow. */
final class StorageLoadTest {
    private static final int KB = 1 << 10;

    private final SimDisk disk = new SimDisk();
    private final Random random = new Random(1);

    @Test
    void theFilesStaySmallHoweverMuchComesAndGoes() throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            SessionStore store = storage.sessions();
            int backlog = 2000;
            for (int i = 0; i < 10; i++) {
                store.put(Samples.session("c" + i));
            }
            long largest = 0;
            for (int i = 0; i < 60_000; i++) {
                String clientId = "c" + i % 10;
                store.enqueue(clientId, Samples.delivery(i, Samples.message("t", 200, random)), null);
                if (i >= backlog) {
                    store.dequeue(clientId, i - backlog, null);
                }
                if (i % 100 == 0) {
                    // none is refused, although a disk in memory is faster than any that checkpoints have to keep up
                    // with
                    AwaitedFlush.of(store);
                    largest = Math.max(largest, disk.usedBytes());
                }
            }
            assertThat(storage.statistics().loggedBytes()).isGreaterThan(12_000 * KB);
            assertThat(storage.statistics().checkpoints()).isGreaterThan(5); // how many depends on the machine
            // 2000 messages are half a megabyte, the log has up to 8
            assertThat(largest).isLessThan(11_000 * KB);

            for (int i = 60_000 - backlog; i < 60_000; i++) {
                store.dequeue("c" + i % 10, i, null);
            }
            for (int i = 0; i < 10; i++) {
                store.remove("c" + i);
            }
            for (int i = 0; i < 400; i++) {
                store.put(Samples.fullSession("other"));
                AwaitedFlush.of(store);
            }
        }
        assertThat(disk.size(StateFile.NAME)).isLessThan(2_000 * KB); // 12 MB were written
    }

    @Test
    void acknowledgementsWaitForACheckpointAndNoneIsRefused() throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            SessionStore store = storage.sessions();
            store.put(Samples.session("c"));
            disk.hang(StateFile.NAME);
            AwaitedFlush flush = new AwaitedFlush();
            for (int i = 0; storage.statistics().checkpointsAwaited() == 0; i++) {
                store.enqueue("c", Samples.delivery(i, Samples.message("t", 10 * KB, random)), null);
                flush = new AwaitedFlush();
                store.flush(flush);
                AwaitedFlush asked = flush;
                Await.until(
                        "it is answered, or waits",
                        () -> asked.done() || storage.statistics().checkpointsAwaited() > 0);
            }
            assertThat(storage.statistics().logBytes())
                    .isBetween(
                            TestOptions.small().logBytesMax() / 4 * 3,
                            TestOptions.small().logBytesMax());
            assertThat(storage.trouble()).isNull();
            disk.resume();
            flush.durably();
            assertThat(storage.statistics().refusedAdditions()).isZero();
        }
    }

    @Test
    void whatComesAndGoesWithinABatchIsNotWritten() throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            SessionStore store = storage.sessions();
            store.put(Samples.session("c"));
            AwaitedFlush.of(store);
            long before = storage.statistics().loggedBytes();

            // holds the storage thread, so that the rest is one batch
            disk.hang();
            store.awaitRelease("c", 1, null);
            AwaitedFlush first = new AwaitedFlush();
            store.flush(first);
            Await.until(
                    "the first flush is on its way", () -> storage.statistics().queueBytes() > 0);
            for (int i = 0; i < 100; i++) {
                store.enqueue("c", Samples.delivery(i, Samples.message("t", 1000, random)), null);
                store.inflight("c", i, i + 1, State.SENT);
                store.dequeue("c", i, null);
                storage.retained().retain(Samples.stamped(Samples.message("retained", 1000, random), 1));
            }
            AwaitedFlush second = new AwaitedFlush();
            store.flush(second);
            disk.resume();
            first.durably();
            second.durably();

            assertThat(storage.statistics().loggedBytes() - before)
                    .as("of 200 messages of 1000 bytes one, the retained one, is left")
                    .isLessThan(5000);
        }
    }

    @Test
    void aMessageForManySessionsIsWrittenOnce() throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            SessionStore store = storage.sessions();
            Message message = Samples.message("t", 20 * KB, random);
            for (int i = 0; i < 50; i++) {
                store.put(Samples.session("c" + i));
            }
            for (int i = 0; i < 50; i++) {
                store.enqueue("c" + i, Samples.delivery(1, message), null);
                if (i % 10 == 0) {
                    AwaitedFlush.of(store);
                }
            }
            AwaitedFlush.of(store);
            assertThat(storage.statistics().loggedBytes()).isLessThan(30 * KB);
        }
        assertThat(disk.size(StateFile.NAME)).isLessThan(80 * KB);
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            RestoredSessions restored = RestoredSessions.of(storage.sessions());
            Message first = restored.get("c0").deliveries.get(0).message();
            assertThat(restored.get("c49").deliveries.get(0).message()).isSameAs(first);
        }
    }

    @Test
    void aMessageMayBeLargerThanASegment() throws IOException {
        Message message = Samples.message("t", 1000 * KB, random);
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            storage.sessions().put(Samples.session("c"));
            for (int i = 0; i < 3; i++) {
                storage.sessions().enqueue("c", Samples.delivery(i, Samples.message("t", 10, random)), null);
                storage.sessions().enqueue("c", Samples.delivery(10 + i, message), null);
                AwaitedFlush.of(storage.sessions());
            }
            SimDisk killed = disk.crashed(disk.now(), Loss.ALL, random);
            try (MvStorage reopened = SimulatedDisk.open(killed, TestOptions.small())) {
                RestoredSessions restored = RestoredSessions.of(reopened.sessions());
                assertThat(restored.get("c").deliveries).hasSize(6);
                assertThat(restored.get("c").deliveries.get(5).message().payload())
                        .isEqualTo(message.payload());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERVAL", "NONE"})
    void withoutSyncAFlushWaitsForTheOperatingSystemOnly(Durability durability) throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small().with(durability))) {
            storage.sessions().put(Samples.session("c"));
            disk.hang();
            storage.sessions().enqueue("c", Samples.delivery(1, Samples.message("t", "x")), null);
            AwaitedFlush.of(storage.sessions());
            SimDisk killed = disk.crashed(disk.now(), Loss.NOTHING, random);
            disk.resume();
            try (MvStorage reopened = SimulatedDisk.open(killed, TestOptions.small())) {
                assertThat(RestoredSessions.of(reopened.sessions()).get("c").deliveries)
                        .hasSize(1);
            }
        }
    }

    @Test
    void theIntervalBringsChangesToTheDisk() throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small().with(Durability.INTERVAL))) {
            storage.sessions().put(Samples.session("c"));
            AwaitedFlush.of(storage.sessions());
            Await.until("the log is synced", this::synced);
        }
    }

    private boolean synced() {
        try (MvStorage reopened = SimulatedDisk.open(disk.crashed(disk.now(), Loss.ALL, random), TestOptions.small())) {
            return RestoredSessions.of(reopened.sessions()).clientIds().contains("c");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aChangeThatNobodyWaitsForReachesTheDiskSoon() throws IOException {
        try (MvStorage storage = SimulatedDisk.open(disk, TestOptions.small())) {
            storage.sessions().put(Samples.session("c"));
            Await.until("the log is synced", this::synced);
        }
    }
}
