package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import io.wkmq.testing.sim.Weather;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests the fate of the wills of stored sessions whose node dies and returns with them. */
class StoredWillSimulationTest {
    private static final int SCHEDULES = 300;
    private static final long GRACE_MS = WillWorld.GRACE_MS;
    private static final long NOTICED_MS = WillWorld.NOTICED_MS;

    /** Until the others have published the wills of a node that died, those with a delay of 2 s too. */
    private static final long PUBLISHED_MS = GRACE_MS + NOTICED_MS + 500;

    /** Longer than a node that is back waits for others. */
    private static final long DONE_MS = TestLimits.RESTART_MS + 10_000;

    private int due;
    private final WillWorld three = new WillWorld(3, new Random(5));

    @Test
    void survivorsPublishThemAndTheirNodeDoesNotDoSoAgain() {
        for (int i = 0; i < 20; i++) {
            three.connectStored(0, "c" + i, i % 2 * 2L);
        }
        three.pass(200);
        three.crash(0);
        three.pass(GRACE_MS - 1_000);
        assertThat(three.published()).isEmpty();
        three.pass(NOTICED_MS + 1_500);
        assertThat(three.published()).hasSize(20).doesNotHaveDuplicates();

        three.start(0);
        three.pass(DONE_MS);
        assertThat(three.published()).hasSize(20);
        three.crash(0);
        three.pass(DONE_MS);
        three.start(0);
        three.pass(DONE_MS);
        assertThat(three.published()).as("its disk has that too").hasSize(20);
    }

    @Test
    void willIsGuardedWhenItsClientIsToldThatItIsConnected() {
        for (int i = 0; i < 20; i++) {
            WillWorld world = new WillWorld(3, new Random(i));
            SimConnection connection = world.connectStored(0, "c", 0);
            world.awaitLive(connection);
            world.crash(0);
            world.pass(20_000);
            assertThat(world.published()).as("seed %s", i).containsExactly("w0");

            world.start(0);
            world.pass(DONE_MS);
            assertThat(world.published()).as("seed %s", i).containsExactly("w0");
        }
    }

    @Test
    void nodeThatIsBackBeforeTheyAreDuePublishesThemItself() {
        three.connectStored(0, "now", 0);
        three.connectStored(0, "late", 60);
        three.pass(200);
        three.crash(0);
        three.pass(100);
        three.start(0);
        three.pass(GRACE_MS + NOTICED_MS);
        assertThat(three.published()).containsExactly("w0");
        three.pass(50_000);
        assertThat(three.published()).containsExactly("w0");

        three.pass(20_000);
        assertThat(three.published()).containsExactly("w0", "w1");
        assertThat(three.broker(0).wills()).containsExactly("w0", "w1");
    }

    @Test
    void clientThatHasBeenElsewhereMeanwhileHasNoOldWill() {
        three.connectStored(0, "now", 0);
        three.connectStored(0, "late", 60);
        three.pass(200);
        three.crash(0);
        three.pass(500);
        three.visit(1, "now");
        three.visit(2, "late");
        three.pass(PUBLISHED_MS);
        three.start(0);
        three.pass(100_000);

        assertThat(three.published()).isEmpty();
    }

    @Test
    void nodesThatAllDiedPublishThemThemselves() {
        for (int node = 0; node < 3; node++) {
            for (int i = 0; i < 5; i++) {
                three.connectStored(node, "c" + node + i, 0);
            }
        }
        three.pass(1_000);
        for (int node = 0; node < 3; node++) {
            three.crash(node);
        }
        three.pass(10_000);
        for (int node = 0; node < 3; node++) {
            three.start(node);
            three.pass(2_000);
        }
        three.pass(DONE_MS);

        assertThat(three.published()).hasSize(15).doesNotHaveDuplicates();
    }

    @Test
    void nodeThatIsBackAloneWaitsForTheOthersOnlySoLong() {
        three.connectStored(0, "c", 0);
        three.pass(200);
        for (int node = 0; node < 3; node++) {
            three.crash(node);
        }
        three.start(0);
        three.pass(TestLimits.RESTART_MS - 1_000);
        assertThat(three.published()).isEmpty();
        three.pass(2_000);
        assertThat(three.published()).containsExactly("w0");

        three.start(1);
        three.start(2);
        three.pass(DONE_MS);
        assertThat(three.published()).containsExactly("w0");
    }

    @Test
    void nodeThatHasJustComeAndKnowsNothingIsNoWitness() {
        for (int i = 0; i < 10; i++) {
            three.connectStored(0, "c" + i, 0);
        }
        three.pass(1_000);
        three.crash(2); // what it guarded is 1's
        three.pass(5_000);
        three.crash(0);
        three.pass(PUBLISHED_MS);
        assertThat(three.published()).hasSize(10);
        three.start(2);
        three.pass(1_000);

        cut(0, 1);
        three.start(0);
        three.pass(10_000);
        assertThat(three.published()).hasSize(10);
        three.members.network.mendAll();
        three.pass(DONE_MS);
        assertThat(three.published()).hasSize(10);
    }

    private void cut(int one, int other) {
        three.members.network.cut(one, other);
        three.members.network.cut(other, one);
    }

    @Test
    void nodeThatDiesAgainBeforeItHasTakenNoteAsksAgain() {
        for (int i = 0; i < 30; i++) {
            WillWorld world = new WillWorld(3, new Random(i));
            for (int client = 0; client < 5; client++) {
                world.connectStored(0, "c" + client, 0);
            }
            world.pass(500);
            world.crash(0);
            world.pass(PUBLISHED_MS);
            for (int again = 0; again < 3; again++) {
                world.start(0);
                world.pass(20 + (i * 13 + again * 7) % 300);
                world.crash(0);
                world.pass(i % 2 == 0 ? 10 : 5_000);
            }
            world.start(0);
            world.pass(DONE_MS);

            assertThat(world.published()).as("seed %s", i).hasSize(5).doesNotHaveDuplicates();
        }
    }

    @Test
    void cutThatIsMendedInTimeCostsNobodyHisWill() {
        SimConnection connection = three.connectStored(0, "c", 0);
        three.pass(200);
        cut(0, 1);
        cut(0, 2);
        three.pass(NOTICED_MS + 1_000);
        three.members.network.mendAll();
        three.pass(20_000);
        assertThat(three.published()).isEmpty();

        connection.lose();
        three.pass(1_000);
        three.crash(0);
        three.pass(20_000);
        three.start(0);
        three.pass(DONE_MS);
        assertThat(three.published()).containsExactly("w0");
    }

    @Test
    void whoeverDiesAndComesBackEachWillIsPublishedOnceOrWasNotDue() {
        Seeds.of("StoredWillSimulationTest", SCHEDULES).forEach(random -> due += run(random));
        System.out.println("StoredWillSimulationTest: " + due + " wills were due");
        assertThat(due).isPositive();
    }

    private static int run(Random random) {
        int size = 2 + random.nextInt(3);
        WillWorld world = new WillWorld(size, random);
        List<String> due = new ArrayList<>();
        List<SimConnection> mortal = new ArrayList<>();
        int clients = 0;
        for (int round = 0; round < 4; round++) {
            int dying = random.nextInt(size);
            List<String> returning = new ArrayList<>(); // clients that connect elsewhere when their node has died
            world.members.network.weather(new Weather(random.nextInt(3) * 0.1, random.nextInt(2) * 0.2, 0, 20));
            for (int i = 0; i < 10; i++) {
                String payload = "w" + world.wills();
                int node = random.nextInt(size);
                String clientId = "c" + clients++;
                int delaySeconds = random.nextInt(2) * 2;
                boolean stored = random.nextInt(4) > 0;
                SimConnection connection = stored
                        ? world.connectStored(node, clientId, delaySeconds)
                        : world.connect(node, clientId, delaySeconds);
                if (!stored) {
                    mortal.add(connection);
                }
                for (int waitedMs = 0; waitedMs < 500 && !connection.live(); waitedMs++) {
                    world.pass(1);
                }
                world.pass(random.nextInt(30));
                switch (random.nextInt(5)) {
                    case 0 -> connection.disconnect();
                    case 1 -> {
                        connection.lose();
                        due.add(payload);
                    }
                    case 2 -> {
                        if (node == dying) {
                            returning.add(clientId);
                        } else {
                            due.add(payload);
                        }
                    }
                    default -> due.add(payload); // now, when its node dies, or in the end
                }
            }
            world.members.network.weather(Weather.FAIR);
            world.pass(3_000);
            if (random.nextBoolean()) {
                due.add("w" + world.wills()); // it dies as soon as it has said that this one is connected
                world.awaitLive(world.connectStored(dying, "c" + clients++, 0));
            }
            world.crash(dying);
            int elsewhere = (dying + 1) % size;
            returning.forEach(clientId -> world.visit(elsewhere, clientId));
            boolean published = random.nextBoolean();
            world.pass(published ? PUBLISHED_MS : 100);
            world.start(dying);
            if (random.nextInt(4) == 0) {
                world.pass(random.nextInt(published ? 300 : 40)); // not when it is just publishing itself
                world.crash(dying);
                world.pass(random.nextBoolean() ? 10 : PUBLISHED_MS);
                world.start(dying);
            }
            world.pass(GRACE_MS + NOTICED_MS + 2_000);
        }
        mortal.stream().filter(SimConnection::live).forEach(SimConnection::lose);
        world.pass(3_000);
        for (int node = 0; node < size; node++) {
            world.crash(node);
        }
        for (int node = 0; node < size; node++) {
            world.start(node);
        }
        world.pass(DONE_MS);
        for (int node = 0; node < size; node++) {
            world.crash(node);
            world.pass(PUBLISHED_MS);
            world.start(node);
            world.pass(PUBLISHED_MS);
        }
        assertThat(world.published()).containsExactlyInAnyOrderElementsOf(due);
        return due.size();
    }
}
