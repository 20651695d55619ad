package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.log.LogEntry;
import com.hazelcast.cp.internal.raft.impl.log.SnapshotEntry;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the life cycle of the operations in a log: first in memory, then only on disk, and sent to a follower from there. */
class RecentOperationsTest {
    private static final CpStore.Limits SMALL = new CpStore.Limits(16 << 10, 128 << 10);
    private static final CpGroup GROUP = new CpGroup("g", 0, 1);
    private static final int BYTES = 2_000;
    private static final int RECENT_BYTES = 10 * BYTES;

    private final Random random = Seeds.one("RecentOperationsTest");
    private final List<IOException> broken = new CopyOnWriteArrayList<>();
    private final SimDisk disk = new SimDisk();
    private final InternalSerializationService serialization = new DefaultSerializationServiceBuilder()
            .addDataSerializableFactory(CpFactory.ID, new CpFactory())
            .build();

    private CpStore store;
    private RecentOperations recent;
    private GroupStore group;

    /** Those of the log, and the form in which they went to the others first. */
    private final List<ChannelOp> ops = new ArrayList<>();

    private final List<byte[]> sent = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        open(new SimulatedDisk(disk));
    }

    private void open(Disk on) throws IOException {
        store = CpStore.open(on, SimulatedDisk.DIRECTORY, SMALL, broken::add);
        recent = new RecentOperations(GROUP, store, RECENT_BYTES);
        group = new GroupStore(GROUP, store, new CpObjects(serialization), recent);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        serialization.dispose();
    }

    private void append(int bytes) throws IOException {
        byte[] carried = new byte[bytes];
        random.nextBytes(carried);
        ChannelOp op = new ChannelOp(carried);
        ops.add(op);
        sent.add(serialization.toBytes(op));
        group.persistEntry(new LogEntry(1, ops.size(), op));
    }

    /** Appends some that are on disk and were applied. */
    private void run(int count, int bytes) throws IOException {
        for (int i = 0; i < count; i++) {
            append(bytes);
            group.flushLogs();
            ops.get(ops.size() - 1).wasApplied();
        }
    }

    private void snapshot(long index) throws IOException {
        group.persistSnapshot(new SnapshotEntry(1, index, "state", 0, List.<RaftEndpoint>of()));
        group.flushLogs();
    }

    private List<Boolean> kept() {
        return ops.stream().map(ChannelOp::kept).toList();
    }

    /** Those from there on, up to the last one, are what they were, wherever they are. */
    private void checkFrom(int index) {
        for (int i = index; i <= ops.size(); i++) {
            assertThat(serialization.toBytes(ops.get(i - 1))).as("entry %s", i).isEqualTo(sent.get(i - 1));
            assertThat(ops.get(i - 1).bytes()).isGreaterThan(0);
        }
    }

    @Test
    void oldOnesAreOnDiskOnlyAndAreSentAsTheyWere() throws IOException {
        run(200, BYTES);
        assertThat(kept().subList(0, 190)).doesNotContain(false);
        assertThat(kept().subList(190, 200)).doesNotContain(true);
        checkFrom(1);
        assertThat(ops.get(0).bytes()).isEqualTo(BYTES);
        assertThat(broken).isEmpty();
    }

    @Test
    void smallOnesStayInMemory() throws IOException {
        run(200, 1_000);
        assertThat(kept()).doesNotContain(true);
    }

    @Test
    void theyStayWhileTheyAreNotAppliedOrNotOnDisk() throws IOException {
        for (int i = 0; i < 30; i++) {
            append(BYTES);
        }
        ops.forEach(ChannelOp::wasApplied);
        append(BYTES);
        assertThat(kept()).as("not on disk").doesNotContain(true);
        for (int i = 0; i < 30; i++) {
            append(BYTES);
            group.flushLogs();
        }
        assertThat(kept().subList(0, 30)).doesNotContain(false);
        assertThat(kept().subList(30, ops.size())).as("not applied").doesNotContain(true);
        checkFrom(1);
    }

    @Test
    void lastOnesOfAGroupThatIsIdleGiveUpWhatTheyCarryLater() throws IOException {
        for (int i = 0; i < 30; i++) {
            append(BYTES);
        }
        group.flushLogs();
        recent.shrink();
        assertThat(kept()).as("not applied").doesNotContain(true);
        ops.forEach(ChannelOp::wasApplied);
        recent.shrink();
        assertThat(kept().subList(0, 20)).doesNotContain(false);
        assertThat(kept().subList(20, 30)).doesNotContain(true);
        checkFrom(1);
    }

    @Test
    void whoReadsHoldsUpNeitherOthersNorTheLog() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        store.close();
        open(new SimulatedDisk(disk) {
            @Override
            public FileChannel open(Path file) throws IOException {
                if (Thread.currentThread().getName().equals("slow")) {
                    reading.countDown();
                    try {
                        assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                return super.open(file);
            }
        });
        run(60, BYTES);
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Thread slow = new Thread(() -> read.complete(serialization.toBytes(ops.get(0))), "slow");
        slow.start();
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

        checkFrom(2);
        run(30, BYTES);
        store.appendAndFlush(new CpChange.Removal(GROUP)); // from now on its file is not needed any more
        goOn.countDown();
        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(sent.get(0));
        slow.join();
        store.appendAndFlush(new CpChange.Term(GROUP, 2, null));
        assertThat(broken).isEmpty();
    }

    @Test
    void thoseThatRaftKeepsBeforeASnapshotAreSentAsTheyWere() throws IOException {
        for (int round = 0; round < 20; round++) {
            run(30 + random.nextInt(300), random.nextInt(4) == 0 ? 100 : BYTES);
            int index = ops.size();
            snapshot(index);
            checkFrom(Math.max(1, index - CpSubsystem.ENTRIES_BEFORE_SNAPSHOT + 1));
            run(5, BYTES);
            checkFrom(Math.max(1, index - CpSubsystem.ENTRIES_BEFORE_SNAPSHOT + 1));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void quietGroupHasItsOperationsWhileTheLogIsWrittenAnew() throws IOException {
        run(60, BYTES);
        snapshot(50);
        run(10, BYTES);
        CpGroup busy = new CpGroup("busy", 0, 2);
        for (int index = 1; index <= 3_000; index++) {
            store.append(new CpChange.Entry(busy, 1, index, new byte[500]));
            if (index % 50 == 0) {
                store.append(new CpChange.Snapshot(busy, 1, index, new byte[10], 0, List.of()));
                store.flush();
            }
        }
        checkFrom(1);
        store.close();
        try (CpStore again = CpStore.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, SMALL, broken::add)) {
            var restored = Objects.requireNonNull(again.takeKept().groups().get(GROUP));
            assertThat(restored.entries().navigableKeySet().first()).isEqualTo(51);
            assertThat(restored.entries()).hasSize(20);
            assertThat(again.holds(GROUP, 60)).as("what it was opened with").isFalse();
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void entriesThatWereTakenBackAreForgotten() throws IOException {
        run(5, BYTES);
        for (int i = 0; i < 20; i++) {
            append(BYTES);
        }
        group.deleteEntriesFrom(6);
        ops.subList(5, 25).clear();
        sent.subList(5, 25).clear();
        run(100, BYTES);
        assertThat(kept().subList(0, 90)).doesNotContain(false);
        checkFrom(1);
    }

    @Test
    void entriesThatASnapshotSkipsHoldNothingUp() throws IOException {
        for (int i = 0; i < 20; i++) {
            append(BYTES); // and never applied
        }
        snapshot(20);
        run(40, BYTES);
        assertThat(kept().subList(20, 50)).doesNotContain(false);
        checkFrom(21);
    }

    @Test
    void damageBreaksTheStoreAndNothingElseIsSent() throws IOException {
        run(30, BYTES);
        damage();
        assertThatThrownBy(() -> serialization.toBytes(ops.get(0)))
                .isInstanceOf(HazelcastSerializationException.class)
                .hasRootCauseInstanceOf(IOException.class)
                .rootCause()
                .hasMessageContaining("entry 1 of CP group g")
                .hasMessageContaining("expected 2000");
        assertThatThrownBy(() -> serialization.toBytes(ops.get(1)))
                .rootCause()
                .hasMessageContaining("entry 1 of CP group g");
        assertThat(broken).hasSize(1);
        assertThatThrownBy(() -> append(BYTES)).hasMessageContaining("takes nothing any more");
    }

    @Test
    void lostFileBreaksTheStore() throws IOException {
        run(30, BYTES);
        disk.delete(disk.list().stream()
                .filter(name -> name.startsWith("log-"))
                .sorted()
                .findFirst()
                .orElseThrow());
        assertThatThrownBy(() -> serialization.toBytes(ops.get(0))).rootCause().hasMessageContaining("is gone");
        assertThat(broken).hasSize(1);
    }

    @Test
    void removedGroupBreaksNothing() throws IOException {
        run(30, BYTES);
        store.appendAndFlush(new CpChange.Removal(GROUP));
        assertThatThrownBy(() -> serialization.toBytes(ops.get(0)))
                .rootCause()
                .hasMessageContaining("has nothing any more of");
        assertThat(broken).isEmpty();
    }

    @Test
    void closedStoreBreaksNothing() throws IOException {
        run(30, BYTES);
        store.close();
        assertThatThrownBy(() -> serialization.toBytes(ops.get(0))).rootCause().hasMessageContaining("is closed");
        assertThat(broken).isEmpty();
    }

    @Test
    void interruptionNeitherEndsTheReadingNorGetsLost() throws IOException {
        run(30, BYTES);
        Thread.currentThread().interrupt();
        checkFrom(1);
        assertThat(Thread.interrupted()).isTrue();
        run(30, BYTES);
        assertThat(broken).isEmpty();
    }

    /** Changes every byte of the log that may be of an operation. */
    private void damage() throws IOException {
        for (String name : disk.list()) {
            if (name.startsWith("log-")) {
                try (FileChannel file = disk.open(name)) {
                    ByteBuffer all = ByteBuffer.allocate((int) file.size());
                    file.read(all, 0);
                    for (int i = 0; i < all.limit(); i++) {
                        all.put(i, (byte) ~all.get(i));
                    }
                    file.write(all.rewind(), 0);
                }
            }
        }
    }
}
