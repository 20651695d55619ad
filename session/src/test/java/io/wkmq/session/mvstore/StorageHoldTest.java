package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Message;
import io.wkmq.session.AwaitedFlush;
import io.wkmq.session.RestoredSessions;
import io.wkmq.session.Samples;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that held changes reach the disk atomically with what ends the hold, whatever happens in between. */
final class StorageHoldTest {
    private static final int KB = 1 << 10;
    private static final int PACKET_ID = 5;

    private final SimDisk disk = new SimDisk();
    private final Random random = new Random(1);
    private final List<String> refusals = new ArrayList<>();
    private final Hold hold = refusals::add;
    private MvStorage storage;
    private SessionStore store;
    private long sequence;

    @BeforeEach
    void open() throws IOException {
        storage = SimulatedDisk.open(disk, TestOptions.small());
        store = storage.sessions();
        store.put(Samples.session("publisher"));
        store.put(Samples.session("a"));
        store.put(Samples.session("b"));
    }

    @AfterEach
    void close() {
        disk.resume();
        storage.close();
    }

    private void enqueue(String clientId, int bytes, @Nullable Hold under) {
        store.enqueue(clientId, Samples.delivery(++sequence, Samples.message("t", bytes, random)), under);
    }

    private void end() {
        store.awaitRelease("publisher", PACKET_ID, hold);
    }

    private static RestoredSessions stored(SimDisk on) throws IOException {
        try (MvStorage reopened = SimulatedDisk.open(on, TestOptions.small())) {
            return RestoredSessions.of(reopened.sessions());
        }
    }

    private RestoredSessions storedAfterPowerLoss() throws IOException {
        return stored(disk.crashed(disk.now(), Loss.ALL, random));
    }

    /** So that the next operation that fails is one of the test's. */
    private void awaitNothingElseIsWritten() {
        AwaitedFlush.of(store);
        long reserve = 2 * TestOptions.small().segmentBytes();
        Await.until("there is a segment in reserve", () -> storage.statistics().logBytes() >= reserve);
    }

    private void awaitCheckpoint() {
        long before = storage.statistics().checkpoints();
        while (storage.statistics().checkpoints() == before) {
            enqueue("b", 8 * KB, null);
            AwaitedFlush.of(store);
        }
    }

    @Test
    void whatIsHeldIsInNoCheckpointAndNotForgottenByIt() throws IOException {
        enqueue("a", 10, hold);
        enqueue("a", 10, hold);
        awaitCheckpoint();
        store.dequeue("a", 1, null);
        store.inflight("a", 2, 77, StoredDelivery.State.SENT);
        awaitCheckpoint();
        assertThat(storedAfterPowerLoss().get("a").deliveries).isEmpty();

        end();
        AwaitedFlush.of(store);
        check(storedAfterPowerLoss());
        awaitCheckpoint();
        check(storedAfterPowerLoss());
        close();
        check(stored(disk));
    }

    private static void check(RestoredSessions restored) {
        assertThat(restored.get("publisher").awaitingRelease).containsExactly(PACKET_ID);
        assertThat(restored.get("a").deliveries)
                .extracting(StoredDelivery::packetId)
                .containsExactly(77);
    }

    @Test
    void whatIsStillHeldAtTheCloseIsNotStored() throws IOException {
        enqueue("a", 10, hold);
        enqueue("b", 10, null);
        close();

        assertThat(stored(disk).get("a").deliveries).isEmpty();
        assertThat(stored(disk).get("b").deliveries).hasSize(1);
    }

    /** A reader of the log forgets a message when all deliveries of it that it knows have ended. */
    @Test
    void messageIsThereAlsoIfItsOtherDeliveriesEndedLongAgo() throws IOException {
        Message message = Samples.message("t", 10, random);
        store.enqueue("b", Samples.delivery(1, message), null);
        store.enqueue("a", Samples.delivery(1, message), hold);
        AwaitedFlush.of(store);
        store.dequeue("b", 1, null);
        for (int record = 0; record < 1100; record++) {
            store.released("publisher", 1);
            AwaitedFlush.of(store);
        }
        end();
        AwaitedFlush.of(store);

        assertThat(storedAfterPowerLoss().get("a").deliveries).hasSize(1);
    }

    @Test
    void holdIsToldWhatIsNotTakenAndNobodyElseIs() {
        disk.hang();
        store.flush(new AwaitedFlush());
        while (refusals.isEmpty()) {
            enqueue("a", 100 * KB, hold);
        }
        AwaitedFlush flush = new AwaitedFlush();
        store.flush(flush);
        disk.resume();

        flush.durably();
        assertThat(refusals).singleElement().asString().contains("too slow");
        assertThat(storage.statistics().refusedAdditions()).isEqualTo(1);
    }

    @Test
    void whatEndedOnAFullDiskIsStoredOnceThereIsSpace() throws IOException {
        for (int i = 0; i < 100; i++) {
            enqueue("a", KB, hold);
        }
        awaitNothingElseIsWritten();
        disk.fail(Operation.WRITE, "log-", 0, 1, SimDisk.FULL);
        end();
        AwaitedFlush failed = new AwaitedFlush();
        store.flush(failed);
        assertThat(failed.outcome()).startsWith("failed: ");
        Await.until("the storage is writable again", storage::writable);
        AwaitedFlush.of(store);

        assertThat(storedAfterPowerLoss().get("a").deliveries).hasSize(100);
        assertThat(storedAfterPowerLoss().get("publisher").awaitingRelease).containsExactly(PACKET_ID);
    }

    /** The log has nothing of it: a part of the checkpoint would be all that is left. */
    @Test
    void aCheckpointOfWhatTheLogHasNoSpaceForIsWrittenInOnePiece() throws IOException {
        int deliveries = 200;
        for (int i = 0; i < deliveries; i++) {
            enqueue("a", KB, hold);
        }
        awaitNothingElseIsWritten();
        int begin = disk.now();
        disk.fail(Operation.WRITE, "log-", 0, Integer.MAX_VALUE, SimDisk.FULL);
        end();
        AwaitedFlush failed = new AwaitedFlush();
        store.flush(failed);
        assertThat(failed.outcome()).startsWith("failed: ");
        Await.until("there is a checkpoint", () -> storage.statistics().checkpoints() > 0);

        List<Integer> moments = disk.momentsBeforeSyncs(StateFile.NAME).stream()
                .filter(moment -> moment > begin)
                .toList();
        for (int moment : moments) {
            RestoredSessions left = stored(disk.crashed(moment + 1, Loss.ALL, random));
            boolean whole = left.get("publisher").awaitingRelease.contains(PACKET_ID);
            assertThat(left.get("a").deliveries)
                    .as("at moment %s, with packet id: %s", moment, whole)
                    .hasSize(whole ? deliveries : 0);
        }
        assertThat(moments).isNotEmpty();
    }
}
