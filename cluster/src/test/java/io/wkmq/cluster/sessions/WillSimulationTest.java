package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import io.wkmq.testing.sim.Weather;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests the fate of wills whose node dies, one node at a time, with enough time in between for the others to notice. */
class WillSimulationTest {
    private static final int SCHEDULES = 500;
    private static final long GRACE_MS = WillWorld.GRACE_MS;
    private static final long WAIT_MS = WillWorld.WAIT_MS;
    private static final long NOTICED_MS = WillWorld.NOTICED_MS;

    private int due;

    private final WillWorld three = new WillWorld(3, new Random(5));

    @Test
    void oneSurvivorPublishesTheWillsOfANodeThatDied() {
        for (int i = 0; i < 20; i++) {
            three.connect(0, "c" + i, 0);
        }
        three.pass(200);
        three.crash(0);
        three.pass(GRACE_MS - 1_000);
        assertThat(three.published()).isEmpty();

        three.pass(NOTICED_MS + 1_500);

        assertThat(three.published()).hasSize(20).doesNotHaveDuplicates();
        assertThat(three.broker(1).wills()).isNotEmpty();
        assertThat(three.broker(2).wills()).isNotEmpty();
    }

    @Test
    void willIsGuardedWhenItsClientIsToldThatItIsConnected() {
        for (int i = 0; i < 20; i++) {
            WillWorld world = new WillWorld(3, new Random(i));
            SimConnection connection = world.connect(0, "c", 0);
            world.awaitLive(connection);
            world.crash(0);
            world.pass(20_000);

            assertThat(world.published()).as("seed %s", i).containsExactly("w0");
        }
    }

    @Test
    void nodeThatIsOutOfReachAndIsToLookAfterAWillHoldsNobodyUp() {
        WillWorld patient = new WillWorld(3, new Random(5), 2_000);
        patient.members.network.cut(2, 0); // one way: it is still a member
        patient.pass(1_500);
        List<SimConnection> connections = new ArrayList<>();
        for (int i = 0; i < 10; i++) { // some of their wills go there
            connections.add(patient.connect(0, "c" + i, 0));
        }
        patient.pass(1_000);
        assertThat(connections).allMatch(SimConnection::live);
    }

    @Test
    void willOfTheConnectionBeforeIsGuardedUntilThatEnds() {
        SimConnection first = three.connect(0, "c", 0);
        three.pass(200);
        three.members.network.cut(0, 1); // the claim waits
        three.members.network.cut(0, 2);
        three.connect(0, "c", 0);
        three.pass(100);
        assertThat(first.closed()).isNull();
        three.crash(0);
        three.members.network.mendAll();
        three.pass(20_000);

        assertThat(three.published()).containsExactly("w0");
    }

    @Test
    void willOfAConnectThatIsRefusedIsNotPublished() {
        int refused = 0;
        for (int i = 0; i < 50; i++) {
            WillWorld world = new WillWorld(3, new Random(i));
            SimConnection one = world.connect(0, "c", 0);
            SimConnection other = world.connect(1, "c", 0);
            world.pass(1_000);
            assertThat(one.live()).isNotEqualTo(other.live());
            boolean oneLost = other.live();
            String due = oneLost ? "w1" : "w0";
            refused += (oneLost ? one : other).refused() == null ? 0 : 1;
            List<String> before = world.published(); // if it was connected for a moment
            world.crash(oneLost ? 0 : 1);
            world.pass(20_000);
            assertThat(world.published()).as("seed %s", i).isEqualTo(before);

            (oneLost ? other : one).lose();
            world.pass(1_000);
            assertThat(world.published()).as("seed %s", i).contains(due).doesNotHaveDuplicates();
        }
        assertThat(refused).as("what the test is about").isPositive();
    }

    @Test
    void nodeThatDoesNotAnswerKeepsNobodyWithAWillOutForLong() {
        three.connect(0, "first", 0);
        three.pass(200);
        three.members.network.cut(1, 0);
        three.members.network.cut(2, 0);
        SimConnection late = three.connect(0, "late", 0);
        three.pass(WAIT_MS + 50);
        assertThat(late.live()).isTrue();

        SimConnection next = three.connect(0, "next", 0);
        three.pass(20);
        assertThat(next.live()).as("it is not waited for again").isTrue();
    }

    @Test
    void clientThatConnectsElsewhereInTimeKeepsItsWillBack() {
        three.connect(0, "c", 0);
        three.pass(200);
        three.crash(0);
        three.pass(500);
        three.connect(1, "c", 0);
        three.pass(20_000);

        assertThat(three.published()).isEmpty();
    }

    @Test
    void clientThatHasLeftBeforeHasNoWill() {
        SimConnection connection = three.connect(0, "c", 0);
        three.pass(200);
        connection.disconnect();
        three.pass(200);
        three.crash(0);
        three.pass(20_000);

        assertThat(three.published()).isEmpty();
    }

    @Test
    void willThatItsOwnNodeHasPublishedIsNotPublishedAgain() {
        SimConnection connection = three.connect(0, "c", 0);
        three.pass(200);
        connection.lose();
        three.pass(200);
        three.crash(0);
        three.pass(20_000);

        assertThat(three.published()).containsExactly("w0");
    }

    @Test
    void nodeThatComesBackAsANewProcessHasLostItsClients() {
        three.connect(0, "c", 0);
        three.pass(200);
        three.crash(0);
        three.pass(100);
        three.start(0);
        three.pass(1_000);
        assertThat(three.published()).containsExactly("w0");

        three.pass(20_000);
        assertThat(three.published()).containsExactly("w0");
    }

    @Test
    void cutThatIsMendedInTimeCostsNobodyHisWill() {
        SimConnection connection = three.connect(0, "c", 0);
        three.pass(200);
        for (int other = 1; other < 3; other++) {
            three.members.network.cut(0, other);
            three.members.network.cut(other, 0);
        }
        three.pass(NOTICED_MS + 1_000);
        three.members.network.mendAll();
        three.pass(20_000);

        assertThat(three.published()).isEmpty();
        connection.lose();
        three.pass(20_000);
        assertThat(three.published()).containsExactly("w0");
    }

    @Test
    void whoeverDiesFirstEachWillIsPublishedOnceOrWasNotDue() {
        Seeds.of("WillSimulationTest", SCHEDULES).forEach(random -> due += run(random));
        System.out.println("WillSimulationTest: " + due + " wills were due");
        assertThat(due).isPositive();
    }

    private static int run(Random random) {
        int size = 2 + random.nextInt(3);
        WillWorld world = new WillWorld(size, random);
        List<String> due = new ArrayList<>();
        List<SimConnection> connections = new ArrayList<>();
        int clients = 0;
        for (int round = 0; round < 4; round++) {
            world.members.network.weather(new Weather(random.nextInt(3) * 0.1, random.nextInt(2) * 0.2, 0, 20));
            for (int i = 0; i < 12; i++) {
                String payload = "w" + world.wills();
                int node = random.nextInt(size);
                SimConnection connection = world.connect(node, "c" + clients++, 0);
                connections.add(connection);
                for (int waitedMs = 0; waitedMs < 500 && !connection.live(); waitedMs++) {
                    world.pass(1);
                }
                world.pass(random.nextInt(30));
                switch (random.nextInt(4)) {
                    case 0 -> connection.disconnect();
                    case 1 -> {
                        connection.lose();
                        due.add(payload);
                    }
                    default -> due.add(payload); // now, when its node dies, or in the end
                }
            }
            world.members.network.weather(Weather.FAIR);
            world.pass(3_000);
            int dying = random.nextInt(size);
            if (random.nextBoolean()) {
                due.add("w" + world.wills()); // it dies as soon as it has said that this one is connected
                world.awaitLive(world.connect(dying, "c" + clients++, 0));
            }
            world.crash(dying);
            world.pass(random.nextBoolean() ? 100 : GRACE_MS + NOTICED_MS + 1_000);
            world.start(dying);
            world.pass(GRACE_MS);
        }
        connections.stream().filter(SimConnection::live).forEach(SimConnection::lose);
        world.pass(1_000);
        assertThat(world.published()).containsExactlyInAnyOrderElementsOf(due);
        return due.size();
    }
}
