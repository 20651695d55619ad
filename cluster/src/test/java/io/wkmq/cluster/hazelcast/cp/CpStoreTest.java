package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.storage.StorageException;
import io.wkmq.testing.Await;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.Operation;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CpStoreTest {
    private static final CpStore.Limits SMALL = new CpStore.Limits(4_096, 8_192);
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final CpGroup GROUP = new CpGroup("g", 0, 1);

    private final List<IOException> broken = new CopyOnWriteArrayList<>();

    private CpStore open(SimDisk disk) throws IOException {
        return CpStore.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, SMALL, broken::add);
    }

    private static CpChange.Entry entry(long index, int bytes) {
        return new CpChange.Entry(GROUP, 1, index, new byte[bytes]);
    }

    private static List<String> segments(SimDisk disk) {
        return disk.list().stream().filter(name -> name.startsWith("log-")).toList();
    }

    private Map<String, String> kept(SimDisk disk) throws IOException {
        try (CpStore store = open(disk)) {
            return CpModel.words(store.takeKept());
        }
    }

    /** A moment at which somebody knew that a certain number of changes are on disk. */
    private record Known(int moment, int changes) {}

    @Test
    void keepsWhatWasFlushedOverAnyPowerLoss() {
        Seeds.of("CpStoreTest", 60).forEach(random -> {
            try {
                SimDisk disk = new SimDisk();
                CpModel model = new CpModel();
                for (int life = 0; life < 4; life++) {
                    List<CpModel> models = new ArrayList<>(List.of(model));
                    List<Known> known = live(disk, models, random);
                    int begin = known.get(0).moment();
                    int moment = random.nextInt(4) == 0 ? disk.now() : begin + random.nextInt(disk.now() - begin + 1);
                    disk = disk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
                    model = survivor(kept(disk), models, known, moment);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(broken).isEmpty();
    }

    /** Opens a store, checks what it kept, and brings changes; notes the model after each. */
    private List<Known> live(SimDisk disk, List<CpModel> models, Random random) throws IOException {
        List<Known> known = new ArrayList<>();
        try (CpStore store = open(disk)) {
            assertThat(CpModel.words(store.takeKept())).isEqualTo(models.get(0).kept());
            known.add(new Known(disk.now(), 0));
            for (int i = random.nextInt(600); i > 0; i--) {
                CpModel after = new CpModel(models.get(models.size() - 1));
                CpChange change = after.next(random);
                store.append(change);
                models.add(after.apply(change));
                if (random.nextInt(4) == 0) {
                    store.flush();
                    known.add(new Known(disk.now(), models.size() - 1));
                }
            }
        }
        return known;
    }

    /** The model after the changes that survived: all that somebody knew to be on disk, and perhaps some behind them. */
    private static CpModel survivor(Map<String, String> kept, List<CpModel> models, List<Known> known, int moment) {
        int least = known.stream()
                .filter(each -> each.moment() <= moment)
                .mapToInt(Known::changes)
                .max()
                .orElseThrow();
        return models.subList(least, models.size()).stream()
                .filter(each -> each.kept().equals(kept))
                .findFirst()
                .orElseThrow(() -> new AssertionError("What is kept is no state since change " + least + ": " + kept));
    }

    @Test
    void logStaysShortWhileGroupsTakeSnapshotsAndOneSleeps() throws IOException {
        SimDisk disk = new SimDisk();
        CpChange sleeping = new CpChange.Term(new CpGroup("sleeping", 0, 2), 3, null);
        int most = 0;
        try (CpStore store = open(disk)) {
            store.append(sleeping);
            for (int index = 1; index <= 2_000; index++) {
                store.append(entry(index, 100));
                if (index % 20 == 0) {
                    store.append(new CpChange.Snapshot(GROUP, 1, index, new byte[100], 0, List.of()));
                    store.flush();
                    most = Math.max(most, segments(disk).size());
                }
            }
        }
        // a group may read 100 entries again that are in front of its snapshot: four segments, and the log has three
        // times as many
        assertThat(most).isLessThanOrEqualTo(20);
        assertThat(kept(disk)).hasSize(2).containsValue(sleeping.toString());
    }

    @Test
    void restartsDoNotPileUpSegments() throws IOException {
        SimDisk disk = new SimDisk();
        for (int life = 1; life <= 30; life++) {
            try (CpStore store = open(disk)) {
                store.takeKept();
                store.appendAndFlush(new CpChange.Term(GROUP, life, null));
            }
        }
        assertThat(segments(disk).size()).isLessThanOrEqualTo(8);
        assertThat(kept(disk)).containsValue(new CpChange.Term(GROUP, 30, null).toString());
    }

    @Test
    void tornEndIsCutOff() throws IOException {
        SimDisk disk = new SimDisk();
        try (CpStore store = open(disk)) {
            store.appendAndFlush(entry(1, 100));
            store.appendAndFlush(entry(2, 100));
        }
        flip(disk, segments(disk).get(0), 250);
        assertThat(kept(disk).keySet()).hasSize(1).allMatch(key -> key.endsWith("entry0000000001"));
        try (CpStore store = open(disk)) {
            store.takeKept();
            store.appendAndFlush(entry(2, 50));
            store.appendAndFlush(entry(3, 50));
        }
        assertThat(kept(disk)).hasSize(3);
    }

    @Test
    void damageBeforeTheEndStopsTheStartAndChangesNothing() throws IOException {
        SimDisk disk = new SimDisk();
        try (CpStore store = open(disk)) {
            for (int index = 1; index <= 20; index++) {
                store.appendAndFlush(entry(index, 100));
            }
        }
        flip(disk, segments(disk).get(0), 250);
        int before = disk.now();
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Record 2")
                .hasMessageContaining("nothing was changed");
        assertThat(disk.now()).isEqualTo(before);
    }

    @Test
    void lostSegmentStopsTheStart() throws IOException {
        SimDisk disk = new SimDisk();
        try (CpStore store = open(disk)) {
            for (int index = 1; index <= 100; index++) {
                store.appendAndFlush(entry(index, 100));
            }
        }
        disk.delete(segments(disk).get(1));
        assertThatThrownBy(() -> open(disk)).isInstanceOf(StorageException.class);
    }

    @Test
    void damagedHeadStopsTheStart() throws IOException {
        SimDisk disk = new SimDisk();
        open(disk).close();
        flip(disk, "head", 3);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void fullDiskBreaksItOnceAndLosesNothingThatWasFlushed() throws IOException {
        SimDisk disk = new SimDisk();
        int flushed = 0;
        try (CpStore store = open(disk)) {
            disk.capacity(disk.usedBytes() + 10_000);
            while (broken.isEmpty() && flushed < 1_000) {
                try {
                    store.appendAndFlush(entry(flushed + 1, 100));
                    flushed++;
                } catch (IOException expected) {
                    assertThat(expected).hasMessageContaining(SimDisk.FULL);
                    Await.until("the listener is told", () -> !broken.isEmpty());
                }
            }
            assertThat(flushed).isBetween(10, 999);
            disk.capacity(Long.MAX_VALUE);
            assertThatThrownBy(() -> store.append(entry(1, 1))).hasMessageContaining("takes nothing any more");
            assertThatThrownBy(() -> store.appendAndFlush(entry(1, 1))).hasMessageContaining(SimDisk.FULL);
        }
        assertThat(broken).hasSize(1);
        assertThat(kept(disk)).hasSizeGreaterThanOrEqualTo(flushed);
    }

    @Test
    void failedSyncIsNeverTakenForOne() throws IOException {
        SimDisk disk = new SimDisk();
        try (CpStore store = open(disk)) {
            store.appendAndFlush(entry(1, 10));
            disk.fail(Operation.SYNC, 0, 1, SimDisk.BROKEN);
            store.append(entry(2, 10));
            assertThatThrownBy(store::flush).hasMessageContaining(SimDisk.BROKEN);
            assertThatThrownBy(store::flush).hasMessageContaining(SimDisk.BROKEN);
        }
        assertThat(broken).hasSize(1);
    }

    @Test
    void nobodyHearsOfAFailureBeforeItsListener() throws IOException {
        SimDisk disk = new SimDisk();
        CompletableFuture<CpStore> opened = new CompletableFuture<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        Consumer<IOException> listener = cause -> {
            try {
                opened.join().append(entry(3, 10));
                heard.add("nothing");
            } catch (IOException e) {
                heard.add(e.getMessage());
            }
        };
        try (CpStore store = CpStore.open(new SimulatedDisk(disk), SimulatedDisk.DIRECTORY, SMALL, listener)) {
            opened.complete(store);
            store.appendAndFlush(entry(1, 10));
            disk.fail(Operation.SYNC, 0, 1, SimDisk.BROKEN);
            assertThatThrownBy(() -> store.appendAndFlush(entry(2, 10))).hasMessageContaining(SimDisk.BROKEN);
        }
        assertThat(heard).containsExactly("nothing");
    }

    @Test
    void oneSyncServesAllThatWait() throws Exception {
        SimDisk disk = new SimDisk();
        try (CpStore store = open(disk)) {
            store.appendAndFlush(entry(1, 10));
            String segment = segments(disk).get(0);
            int before = disk.momentsBeforeSyncs(segment).size();
            disk.hang();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                CpChange change = new CpChange.Term(new CpGroup("g" + i, 0, i), 1, null);
                Thread thread = new Thread(() -> appendAndFlush(store, change));
                threads.add(thread);
                thread.start();
            }
            Await.until("all wait", () -> threads.stream().allMatch(each -> each.getState() == Thread.State.WAITING));
            disk.resume();
            for (Thread thread : threads) {
                thread.join(10_000);
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(disk.momentsBeforeSyncs(segment).size() - before).isBetween(1, 2);
        }
        assertThat(kept(disk)).hasSize(9);
    }

    @Test
    void interruptionNeitherEndsTheWaitNorGetsLost() throws IOException {
        SimDisk disk = new SimDisk();
        try (CpStore store = open(disk)) {
            Thread.currentThread().interrupt();
            store.appendAndFlush(entry(1, 10));
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(kept(disk)).hasSize(1);
    }

    @Test
    void takesNothingOnceItIsClosed() throws IOException {
        SimDisk disk = new SimDisk();
        CpStore store = open(disk);
        store.append(entry(1, 10));
        store.close();
        assertThatThrownBy(() -> store.append(entry(2, 10))).hasMessageContaining("is closed");
        assertThat(kept(disk)).hasSize(1);
        assertThat(broken).isEmpty();
    }

    private static void appendAndFlush(CpStore store, CpChange change) {
        try {
            store.appendAndFlush(change);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flip(SimDisk disk, String file, long at) throws IOException {
        try (FileChannel channel = disk.open(file)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) ~one.get(0)).flip();
            channel.write(one, at);
        }
    }
}
