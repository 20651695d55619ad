package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.session.AwaitedFlush;
import io.wkmq.session.RestoredSessions;
import io.wkmq.session.Samples;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the storage on a disk that breaks, fills up or hangs. */
final class StorageFaultsTest {
    private static final int KB = 1 << 10;

    private final SimDisk disk = new SimDisk();
    private final Random random = new Random(1);
    private MvStorage storage;
    private SessionStore store;
    private long sequence;

    @BeforeEach
    void open() throws IOException {
        open(disk, TestOptions.small());
    }

    private void open(SimDisk on, StorageOptions options) throws IOException {
        storage = SimulatedDisk.open(on, options);
        // so that the next operation that fails is one of the test's
        Await.until(
                "there is a segment in reserve", () -> storage.statistics().logBytes() >= 2 * options.segmentBytes());
        store = storage.sessions();
        store.put(Samples.session("c"));
    }

    @AfterEach
    void close() {
        disk.resume();
        storage.close();
    }

    private void reopen() throws IOException {
        storage.close();
        disk.heal();
        open();
    }

    private long enqueue(int bytes) {
        store.enqueue("c", Samples.delivery(++sequence, Samples.message("t", bytes, random)), null);
        return sequence;
    }

    private AwaitedFlush flush() {
        AwaitedFlush flush = new AwaitedFlush();
        store.flush(flush);
        return flush;
    }

    private static List<Long> stored(SimDisk on) throws IOException {
        try (MvStorage reopened = SimulatedDisk.open(on, TestOptions.small())) {
            return RestoredSessions.of(reopened.sessions()).get("c").deliveries.stream()
                    .map(StoredDelivery::sequence)
                    .toList();
        }
    }

    private List<Long> storedAfterPowerLoss() throws IOException {
        return stored(disk.crashed(disk.now(), Loss.ALL, random));
    }

    private void assertFenced() {
        disk.heal();
        enqueue(10);
        assertThat(flush().outcome()).startsWith("failed: ");
        assertThat(storage.writable()).isFalse();
        assertThat(storage.trouble()).contains(SimDisk.BROKEN);
    }

    @Test
    void afterAFailedSyncNothingIsDurableUntilReopened() throws IOException {
        enqueue(10);
        flush().durably();
        disk.fail(Operation.SYNC, 0, 1, SimDisk.BROKEN);
        enqueue(10);
        assertThat(flush().outcome()).startsWith("failed: ").contains(SimDisk.BROKEN);
        assertFenced();
        assertThat(storedAfterPowerLoss()).containsExactly(1L);

        reopen();
        assertThat(storage.writable()).isTrue();
        enqueue(10);
        flush().durably();
        assertThat(storedAfterPowerLoss()).contains(1L, sequence);
    }

    @Test
    void afterAFailedWriteNothingIsDurableUntilReopened() throws IOException {
        enqueue(10);
        flush().durably();
        disk.fail(Operation.WRITE, 0, 1, SimDisk.BROKEN);
        enqueue(10);
        assertThat(flush().outcome()).startsWith("failed: ").contains(SimDisk.BROKEN);
        assertFenced();

        reopen();
        flush().durably();
        assertThat(storedAfterPowerLoss()).containsExactly(1L);
    }

    @Test
    void aFailedSyncOfACheckpointFences() {
        disk.fail(Operation.SYNC, StateFile.NAME, 0, 1, SimDisk.BROKEN);
        fillSegments(3);
        Await.until("the storage is fenced", () -> storage.trouble() != null);
        assertFenced();
    }

    @Test
    void aFailedWriteOfACheckpointFencesAndLosesNothing() throws IOException {
        disk.fail(Operation.WRITE, StateFile.NAME, 3, 1, SimDisk.BROKEN);
        int acked = 0;
        while (storage.trouble() == null) {
            enqueue(KB);
            if (flush().outcome().equals("durable")) {
                acked++;
            }
        }
        assertFenced();
        assertThat(storedAfterPowerLoss()).hasSizeGreaterThanOrEqualTo(acked);
    }

    private void fillSegments(int count) {
        long bytes = count * StorageOptions.SEGMENT_BYTES_MIN;
        for (long written = 0; written < bytes; written += 8 * KB) {
            enqueue(8 * KB);
        }
        flush().outcome();
    }

    @Test
    void aFullDiskRefusesWhatDoesNotFitAndGoesOnWhenThereIsSpace() throws IOException {
        enqueue(10);
        flush().durably();
        disk.capacity(disk.usedBytes());
        int acked = 1;
        while (true) {
            enqueue(4 * KB);
            if (!flush().outcome().equals("durable")) {
                break;
            }
            acked++;
        }
        assertThat(storage.writable()).isFalse();
        assertThat(storage.trouble()).isNotNull();
        assertThat(storedAfterPowerLoss()).hasSizeGreaterThanOrEqualTo(acked);

        disk.capacity(Long.MAX_VALUE);
        Await.until("the storage is writable again", storage::writable);
        long later = enqueue(10);
        flush().durably();
        assertThat(storedAfterPowerLoss()).hasSizeGreaterThan(acked).contains(1L, later);
    }

    @Test
    void whatEndsWhileTheDiskIsFullEndsOnDiskLater() throws IOException {
        disk.capacity(disk.usedBytes());
        do {
            enqueue(4 * KB);
        } while (flush().outcome().equals("durable"));
        for (long s = 1; s <= sequence; s++) {
            store.dequeue("c", s, null);
        }
        AwaitedFlush meanwhile = flush();
        disk.capacity(Long.MAX_VALUE);
        Await.until("the storage is writable again", storage::writable);
        meanwhile.outcome();
        long later = enqueue(10);
        flush().durably();

        assertThat(storedAfterPowerLoss()).containsExactly(later);
    }

    @Test
    void aFullDiskAtACheckpointLosesNothing() throws IOException {
        int acked = 0;
        disk.fail(Operation.WRITE, StateFile.NAME, 2, 4, SimDisk.FULL);
        for (int i = 0; i < 60; i++) {
            enqueue(4 * KB);
            if (flush().outcome().equals("durable")) {
                acked++;
            }
        }
        disk.heal();
        Await.until("the storage is writable again", storage::writable);
        Await.until("there is a checkpoint", () -> storage.statistics().checkpoints() > 0);
        long later = enqueue(10);
        flush().durably();
        assertThat(storedAfterPowerLoss()).hasSizeGreaterThanOrEqualTo(acked).contains(later);
        assertThat(stored(disk.crashed(disk.now(), Loss.NOTHING, random))).contains(later);
    }

    @Test
    void belowTheReserveNothingIsAddedButWhatGoesOnGoesOn() throws IOException {
        storage.close();
        disk.capacity(disk.usedBytes() + 1000 * KB);
        StorageOptions small = TestOptions.small();
        open(
                disk,
                new StorageOptions(
                        small.durability(),
                        small.syncInterval(),
                        small.queueBytesMax(),
                        small.segmentBytes(),
                        small.logBytesMax(),
                        small.checkpointInterval(),
                        500 * KB,
                        false));
        long first = enqueue(10);
        flush().durably();

        disk.capacity(disk.usedBytes() + 100 * KB);
        Await.until("the storage is not writable", () -> !storage.writable());
        long refused = enqueue(10);
        assertThat(flush().outcome()).startsWith("failed: ").contains("expected at least " + 500 * KB);
        assertThat(storage.statistics().refusedAdditions()).isEqualTo(1);
        store.dequeue("c", first, null);
        flush().durably();

        disk.capacity(Long.MAX_VALUE);
        Await.until("the storage is writable again", storage::writable);
        long later = enqueue(10);
        flush().durably();
        assertThat(storedAfterPowerLoss()).containsExactly(later).doesNotContain(refused);
    }

    @Test
    void aSlowDiskStopsAdditionsAtTheBoundAndForgetsNothing() throws IOException {
        disk.hang();
        AwaitedFlush waiting = flush();
        while (storage.statistics().refusedAdditions() == 0) {
            enqueue(100 * KB);
        }
        long refused = sequence;
        assertThat(storage.writable()).isFalse();
        assertThat(storage.trouble()).contains("too slow");
        AwaitedFlush afterRefusal = flush();
        store.dequeue("c", 1, null);
        AwaitedFlush afterAll = flush();
        assertThat(waiting.done()).isFalse();

        disk.resume();
        waiting.durably();
        assertThat(afterRefusal.outcome()).startsWith("failed: ").contains("too slow");
        afterAll.durably();
        Await.until("the storage is writable again", storage::writable);
        assertThat(storedAfterPowerLoss())
                .hasSize((int) refused - 2)
                .contains(2L, refused - 1)
                .doesNotContain(1L, refused);
    }

    @Test
    void onlyTheThreadThatWasRefusedSeesItsFlushFail() throws InterruptedException {
        disk.hang();
        flush();
        while (storage.statistics().refusedAdditions() == 0) {
            enqueue(100 * KB);
        }
        AwaitedFlush[] other = new AwaitedFlush[1];
        Thread thread = new Thread(() -> other[0] = flush());
        thread.start();
        thread.join();
        AwaitedFlush own = flush();
        disk.resume();

        other[0].durably();
        assertThat(own.outcome()).startsWith("failed: ");
        flush().durably();
    }

    @Test
    void whatTheSessionStoreRefusedIsNotForgottenByAFlushOfTheRetainedStore() {
        disk.hang();
        flush();
        while (storage.statistics().refusedAdditions() == 0) {
            enqueue(100 * KB);
        }
        AwaitedFlush retained = new AwaitedFlush();
        storage.retained().flush(retained);
        AwaitedFlush sessions = flush();
        disk.resume();

        retained.durably();
        assertThat(sessions.outcome()).startsWith("failed: ").contains("too slow");
    }

    @Test
    void whatTheRetainedStoreRefusedFailsItsOwnFlush() {
        disk.hang();
        flush();
        while (storage.statistics().refusedAdditions() == 0) {
            storage.retained().retain(Samples.stamped(Samples.message("retained", 100 * KB, random), 1));
        }
        AwaitedFlush sessions = flush();
        AwaitedFlush retained = new AwaitedFlush();
        storage.retained().flush(retained);
        disk.resume();

        sessions.durably();
        assertThat(retained.outcome()).startsWith("failed: ").contains("too slow");
    }

    @Test
    void aDiskThatHangsForTooLongFences() {
        disk.hang();
        flush();
        long changes = 0;
        while (storage.trouble() == null || !storage.trouble().contains("does not keep up")) {
            store.put(Samples.session("c"));
            assertThat(++changes).as("changes until the storage is fenced").isLessThan(1_000_000);
        }
        disk.resume();
        assertThat(flush().outcome()).startsWith("failed: ");
    }

    @Test
    void aCallbackThatThrowsDoesNoHarm() {
        store.flush(new SessionStore.Completion() {
            @Override
            public void durable() {
                throw new IllegalStateException("thrown by the test");
            }

            @Override
            public void failed(String reason) {
                throw new IllegalStateException("thrown by the test");
            }
        });
        flush().durably();
        assertThat(storage.writable()).isTrue();
    }

    @Test
    void aDiskThatFillsUpAgainAndAgainKeepsWhatWasDurable() throws IOException {
        long seed = System.nanoTime();
        System.out.println("StorageFaultsTest seed " + seed);
        Random dice = new Random(seed);
        Set<Long> durable = new TreeSet<>();
        Set<Long> ended = new HashSet<>();
        for (int i = 0; i < 1500; i++) {
            switch (dice.nextInt(100)) {
                case 0, 1 -> disk.capacity(disk.usedBytes() + dice.nextInt(200 * KB));
                case 2, 3, 4 -> disk.capacity(Long.MAX_VALUE);
                case 5 -> checkAfterPowerLoss(durable, ended, Samples.any(Loss.class, dice), dice, seed);
                case 6 -> disk.fail(Operation.WRITE, StateFile.NAME, dice.nextInt(5), 1, SimDisk.FULL);
                default -> {
                    if (dice.nextInt(3) > 0 || durable.isEmpty()) {
                        long added = enqueue(dice.nextInt(4 * KB));
                        if (flush().outcome().equals("durable")) {
                            durable.add(added);
                        }
                    } else {
                        long some = durable.iterator().next();
                        durable.remove(some);
                        store.dequeue("c", some, null);
                        if (flush().outcome().equals("durable")) {
                            ended.add(some);
                        }
                    }
                }
            }
        }
        disk.capacity(Long.MAX_VALUE);
        disk.heal();
        Await.until("the storage is writable again, seed " + seed, storage::writable);
        durable.add(enqueue(10));
        flush().durably();
        checkAfterPowerLoss(durable, ended, Loss.ALL, dice, seed);
    }

    private void checkAfterPowerLoss(Set<Long> durable, Set<Long> ended, Loss loss, Random dice, long seed)
            throws IOException {
        SimDisk left = disk.crashed(disk.now(), loss, dice);
        List<Long> found = stored(left);
        assertThat(left.list()).as("seed %s", seed).noneMatch(name -> name.contains("corrupt"));
        assertThat(found).as("seed %s", seed).containsAll(durable);
        assertThat(ended).as("seed %s", seed).noneMatch(found::contains);
    }
}
