package io.wkmq.session.mvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.session.InMemorySessionStore;
import io.wkmq.session.RestoredSessions;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStoreDriver;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the power at random moments of a run and checks the content afterwards: it must be exactly that of some number of changes, and no
 * fewer than were reported durable by then.
 */
final class PowerLossTest {
    private static final int CHANGES = 2500;
    private static final int CRASHES = 25;

    /** A completed flush: the number of changes made before its request, and the disk's moment at its completion. */
    private record Acked(int changes, int moment) {}

    private final SimDisk disk = new SimDisk();
    private final List<Integer> states = new ArrayList<>();
    private final List<Acked> acked = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Loss.class)
    void whatWasDurableSurvivesAndNothingIsTorn(Loss loss) throws Exception {
        long seed = System.nanoTime();
        System.out.println("PowerLossTest " + loss + " seed " + seed);
        run(new Random(seed), TestOptions.small());
        Random random = new Random(seed + 1);
        for (int i = 0; i < CRASHES; i++) {
            int moment = moment(i, random);
            int durable = acked.stream()
                    .filter(ack -> ack.moment() <= moment)
                    .mapToInt(Acked::changes)
                    .max()
                    .orElse(0);
            SimDisk left = disk.crashed(moment, loss, random);
            check(left, durable, "seed " + seed + " moment " + moment);
            // and again while it was starting
            int again = left.now() - random.nextInt(left.now() / 2);
            check(
                    left.crashed(again, loss, random),
                    durable,
                    "seed " + seed + " moment " + moment + " and then " + again);
        }
    }

    /** Any moment, or one at which the state file had the most to lose. */
    private int moment(int i, Random random) throws IOException {
        if (i % 2 == 0) {
            return 1 + random.nextInt(disk.now());
        }
        List<Integer> moments = disk.momentsBeforeSyncs(StateFile.NAME);
        return moments.get(random.nextInt(moments.size()));
    }

    /** Makes changes and notes every state on the way and every flush. */
    private void run(Random random, StorageOptions options) throws Exception {
        InMemorySessionStore model = new InMemorySessionStore();
        SessionStoreDriver driver = new SessionStoreDriver(random);
        states.add(RestoredSessions.of(model).text().hashCode());
        CountDownLatch completed = new CountDownLatch(CHANGES / 5);
        try (MvStorage storage = SimulatedDisk.open(disk, options)) {
            SessionStore store = storage.sessions();
            for (int i = 1; i <= CHANGES; i++) {
                driver.change(model, store);
                states.add(RestoredSessions.of(model).text().hashCode());
                if (i % 5 == 0) {
                    store.flush(noting(i, completed));
                }
            }
            assertThat(completed.await(120, TimeUnit.SECONDS))
                    .as("all flushes complete")
                    .isTrue();
            assertThat(storage.statistics().checkpoints()).as("checkpoints").isPositive();
        }
    }

    private SessionStore.Completion noting(int changes, CountDownLatch completed) {
        return new SessionStore.Completion() {
            @Override
            public void durable() {
                acked.add(new Acked(changes, disk.now()));
                completed.countDown();
            }

            @Override
            public void failed(String reason) {
                throw new AssertionError("A flush failed: " + reason);
            }
        };
    }

    private void check(SimDisk left, int durable, String when) throws IOException {
        try (MvStorage storage = SimulatedDisk.open(left, TestOptions.small())) {
            int found = RestoredSessions.of(storage.sessions()).text().hashCode();
            assertThat(left.list()).as("%s: nothing is set aside", when).noneMatch(name -> name.contains("corrupt"));
            int after = states.lastIndexOf(found);
            assertThat(states.subList(durable, states.size()))
                    .as("%s: what is left, the state after %s changes, has the %s durable ones", when, after, durable)
                    .contains(found);
        }
    }
}
