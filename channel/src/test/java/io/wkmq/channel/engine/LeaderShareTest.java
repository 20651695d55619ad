package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests how nodes a, b and c share leadership after c has joined. */
final class LeaderShareTest {
    private static final List<String> NODES = List.of("a:1", "b:1", "c:1");
    private static final long AFTER_MS = 10_000;
    private static final long LONG_MS = 10 * 60_000;

    private final SimLoop loop = new SimLoop();
    private final @Nullable String[] leaders = {"a:1", "b:1", "a:1", "b:1", "a:1", "b:1", "a:1", "b:1", "a:1"};
    private final Map<String, Set<Integer>> filling = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private List<String> present = NODES;
    private boolean refusing;
    private boolean silent;

    LeaderShareTest() {
        NODES.forEach(node -> filling.put(node, Set.of()));
    }

    /** What a node is told; it then leads a group for as long as the test decides. */
    private final class Told implements LeaderShare.Groups {
        private final String self;
        private final Random handOver;

        private Told(String self, Random handOver) {
            this.self = self;
            this.handOver = handOver;
        }

        @Override
        public CompletionStage<List<GroupStatus>> groups() {
            List<GroupStatus> all =
                    IntStream.range(0, leaders.length).mapToObj(this::status).toList();
            return CompletableFuture.completedFuture(all);
        }

        private GroupStatus status(int group) {
            List<GroupStatus.Member> members = NODES.stream()
                    .map(node -> new GroupStatus.Member(node, present.contains(node), null))
                    .toList();
            return new GroupStatus(group, leaders[group], self.equals(leaders[group]), 1, 0, 0, 0, true, 0, members);
        }

        @Override
        public CompletionStage<Map<String, Set<Integer>>> filling() {
            return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(Map.copyOf(filling));
        }

        @Override
        public CompletionStage<Void> lead(int group, @Nullable String node) {
            asked.add(group);
            if (refusing) {
                return CompletableFuture.failedFuture(new IOException("made by the test"));
            }
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.after(handOver.nextInt(50), () -> {
                leaders[group] = node;
                done.complete(null);
            });
            return done;
        }

        @Override
        public String where() {
            return self;
        }
    }

    private LeaderShare come(String node, long afterMs, Random handOver) {
        LeaderShare share = new LeaderShare(new Told(node, handOver), loop, afterMs);
        share.start();
        return share;
    }

    private LeaderShare come(String node) {
        return come(node, AFTER_MS, Seeds.one("LeaderShareTest"));
    }

    private long led(String node) {
        return Arrays.stream(leaders).filter(node::equals).count();
    }

    private void assertEven() {
        assertThat(NODES)
                .as("%s", Arrays.toString(leaders))
                .allSatisfy(node -> assertThat(led(node)).isEqualTo(leaders.length / NODES.size()));
    }

    @Test
    void nodeThatHasComeTakesItsShareOnceAllHasBeenReadyForAWhile() {
        come("c:1");

        loop.pass(AFTER_MS);
        assertThat(asked).isEmpty();
        loop.pass(AFTER_MS);

        assertEven();
        assertThat(asked).as("as few as possible").hasSize(3);
    }

    @Test
    void whoLeadsThenLeadsOn() {
        come("c:1");
        loop.pass(2 * AFTER_MS);
        asked.clear();

        Arrays.fill(leaders, "a:1"); // as an administrator wants it, or after an election
        loop.pass(LONG_MS);
        present = List.of("a:1", "c:1"); // the others have a quorum with this one
        loop.pass(LONG_MS);
        present = NODES;
        loop.pass(LONG_MS);

        assertThat(asked).isEmpty();
    }

    @Test
    void nodeThatFindsThemEvenTakesNothingThenOrLater() {
        for (int i = 0; i < leaders.length; i++) {
            leaders[i] = NODES.get(i % NODES.size());
        }
        come("c:1");
        loop.pass(2 * AFTER_MS);

        Arrays.fill(leaders, "a:1");
        loop.pass(LONG_MS);

        assertThat(asked).isEmpty();
    }

    @Test
    void itWaitsForAsLongAsAnythingIsMissing() {
        come("c:1");

        loop.pass(AFTER_MS / 2);
        present = List.of("a:1", "c:1");
        loop.pass(LONG_MS);
        present = NODES;
        loop.pass(AFTER_MS / 2);
        filling.put("c:1", Set.of(3));
        loop.pass(LONG_MS);
        filling.put("c:1", Set.of());
        loop.pass(AFTER_MS / 2);
        filling.put("b:1", Set.of(8));
        loop.pass(LONG_MS);
        filling.remove("b:1"); // it does not answer
        loop.pass(LONG_MS);
        filling.put("b:1", Set.of());
        loop.pass(AFTER_MS / 2);
        leaders[4] = null;
        loop.pass(LONG_MS);
        leaders[4] = "a:1";
        loop.pass(AFTER_MS);
        assertThat(asked).as("the wait begins anew each time").isEmpty();

        loop.pass(AFTER_MS);
        assertEven();
    }

    @Test
    void questionsThatNobodyAnswersAreAskedAgain() {
        come("c:1");
        silent = true;
        loop.pass(LONG_MS);
        assertThat(asked).isEmpty();

        silent = false;
        loop.pass(LeaderShare.ANSWER_MS + 2 * AFTER_MS);

        assertEven();
    }

    @Test
    void nodeThatWasCutOffTakesItsShareAgain() {
        come("c:1");
        loop.pass(2 * AFTER_MS);

        present = List.of("c:1");
        loop.pass(AFTER_MS);
        present = NODES;
        for (int i = 0; i < leaders.length; i++) {
            leaders[i] = NODES.get(i % 2);
        }
        loop.pass(3 * AFTER_MS);

        assertEven();
    }

    @Test
    void nodesThatComeAtOnceShareWhatTheThirdLeads() {
        for (Random random : List.of(new Random(1), new Random(2), new Random(3), Seeds.one("LeaderShareTest"))) {
            Arrays.fill(leaders, "a:1");
            List<LeaderShare> all = new ArrayList<>();
            for (String node : NODES) {
                all.add(come(node, AFTER_MS, random));
                loop.pass(random.nextInt(1_000));
            }
            loop.pass(3 * AFTER_MS);

            assertEven();
            all.forEach(LeaderShare::stop);
        }
    }

    @Test
    void whatCannotBeHandedOverIsTriedSomeTimesAndThenLeftWhereItIs() {
        refusing = true;
        come("c:1");
        loop.pass(LONG_MS);
        assertThat(asked).hasSize(LeaderShare.TRIES);

        asked.clear();
        refusing = false;
        loop.pass(LONG_MS);
        assertThat(asked).isEmpty();
    }

    @Test
    void oneFailureIsNotTheEnd() {
        refusing = true;
        come("c:1");
        loop.pass(AFTER_MS + 2 * LeaderShare.LOOK_MS);
        assertThat(asked).hasSize(1);

        refusing = false;
        loop.pass(2 * AFTER_MS);

        assertEven();
    }

    @Test
    void nothingIsTakenIfNobodyWantsItOrTheNodeIsBeingStopped() {
        come("c:1", 0, Seeds.one("LeaderShareTest"));
        LeaderShare stopped = come("c:1");
        loop.pass(AFTER_MS);
        stopped.stop();
        loop.pass(LONG_MS);

        assertThat(asked).isEmpty();
    }
}
