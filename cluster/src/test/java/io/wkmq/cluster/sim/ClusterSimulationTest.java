package io.wkmq.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A whole cluster: clients that connect to any node, subscribe, publish and vanish, while nodes die and return and the network loses
 * messages, is cut, in one direction too, and breaks connections. Whatever happens, nothing is invented, nothing is reordered or duplicated
 * without need, and what was acknowledged reaches every client whose subscription the publisher's node had to know, provided that this node
 * could deliver its copies to their nodes. Once all is well, each client has one session, all nodes agree, and a share group receives each
 * message once.
 */
class ClusterSimulationTest {
    private static final int SCHEDULES = 80;
    private static final int QUIET_MS = 8_000;

    private SimJudge.Counts counts = SimJudge.Counts.NONE;

    @Test
    void clientsGetWhatTheyArePromisedWhateverHappens() {
        Seeds.of("ClusterSimulationTest", SCHEDULES).forEach(random -> {
            SimWorld world = new SimWorld(random);
            try {
                run(world, random);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(e.getMessage() + "\n" + String.join("\n", world.history()), e);
            }
        });
        System.out.println("ClusterSimulationTest: " + counts);
        assertThat(counts.dueElsewhere()).isPositive();
        assertThat(counts.dueInFoul()).isPositive();
        assertThat(counts.shared()).isPositive();
    }

    @Test
    void theSameSeedDoesTheSame() {
        List<List<String>> histories = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Random random = new Random(7);
            SimWorld world = new SimWorld(random);
            run(world, random);
            histories.add(world.history());
        }
        for (int i = 0; i < histories.get(0).size(); i++) {
            assertThat(histories.get(1).get(i))
                    .as("event %s", i)
                    .isEqualTo(histories.get(0).get(i));
        }
    }

    private void run(SimWorld world, Random random) {
        for (int phase = 2 + random.nextInt(3); phase > 0; phase--) {
            for (int i = 30 + random.nextInt(100); i > 0; i--) {
                if (random.nextInt(12) == 0) {
                    world.disturb();
                }
                world.step();
            }
            world.heal();
            world.pass(Calm.SETTLED_MS);
            world.publishOnly();
            for (int i = random.nextInt(80); i > 0; i--) {
                world.step();
            }
        }
        world.heal();
        world.pass(QUIET_MS);
        SimJudge judge = new SimJudge(world);
        judge.judgeMessages();
        judge.judgeQuiet();
        counts = counts.plus(judge.counts());
    }
}
