package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.GroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplicaGuardTest {
    private static final String A = "10.0.0.1:6369";
    private static final String B = "10.0.0.2:6369";
    private static final String C = "10.0.0.3:6369";
    private static final Set<Integer> NOTHING = Set.of();
    private static final Map<String, Set<Integer>> ALL_WHOLE = Map.of(A, NOTHING, B, NOTHING, C, NOTHING);

    /** A node's view of the replicas, set by the test. */
    private static final class Seen implements ReplicaGuard.Replicas {
        private boolean replicated = true;
        private List<GroupStatus> groups;
        private @Nullable Map<String, Set<Integer>> filling;
        private @Nullable String trouble;
        private int expected = 9;
        private int questions;
        private boolean silent;
        private boolean keepsNothing;

        private Seen(List<GroupStatus> groups, @Nullable Map<String, Set<Integer>> filling) {
            this.groups = groups;
            this.filling = filling;
        }

        @Override
        public boolean replicated() {
            return replicated;
        }

        @Override
        public List<GroupStatus> groups() throws ChannelException {
            if (silent) {
                throw new ChannelException("no answer", null);
            }
            return groups;
        }

        @Override
        public int groupsExpected() {
            return expected;
        }

        @Override
        public boolean keepsNothing() {
            return keepsNothing;
        }

        @Override
        public Map<String, Set<Integer>> filling() throws ChannelException {
            questions++;
            if (filling == null) {
                throw new ChannelException("they do not answer", null);
            }
            return filling;
        }

        @Override
        public @Nullable String trouble() {
            return trouble;
        }
    }

    private static GroupStatus group(int number, List<String> replicas, String... present) {
        return new GroupStatus(
                number,
                A,
                false,
                1,
                0,
                0,
                0,
                true,
                0,
                replicas.stream()
                        .map(node ->
                                new GroupStatus.Member(node, List.of(present).contains(node), null))
                        .toList());
    }

    /** Nine groups on those nodes, of which some are here. */
    private static List<GroupStatus> groups(List<String> replicas, String... present) {
        return IntStream.range(0, 9)
                .mapToObj(number -> group(number, replicas, present))
                .toList();
    }

    @Test
    void oneOfThreeGoes() {
        ReplicaGuard guard = new ReplicaGuard(new Seen(groups(List.of(A, B, C), A, B, C), ALL_WHOLE));

        assertThat(guard.againstLeaving(A)).isNull();
        assertThat(guard.againstLeaving(C)).isNull();
    }

    @Test
    void secondOfThreeStays() {
        Seen seen = new Seen(groups(List.of(A, B, C), A, B), ALL_WHOLE);

        assertThat(new ReplicaGuard(seen).againstLeaving(B))
                .isEqualTo("without 10.0.0.2:6369 groups [0, 1, 2, 3, 4, 5, 6, 7, 8] of channels have too few replicas"
                        + " that are here and miss nothing, and may take no messages: group 0 has 1 of 3,"
                        + " [10.0.0.1:6369]; expected 2 at least. Have the other nodes come back first; --force goes"
                        + " ahead all the same");
        assertThat(seen.questions).isZero();
    }

    @Test
    void replicaThatMissesSomethingDoesNotCount() {
        ReplicaGuard guard = new ReplicaGuard(
                new Seen(groups(List.of(A, B, C), A, B, C), Map.of(A, NOTHING, B, Set.of(3, 7), C, NOTHING)));

        assertThat(guard.againstLeaving(A))
                .contains("groups [3, 7] of channels have too few", "group 3 has 1 of 3, [10.0.0.3:6369]; expected 2");
        assertThat(guard.againstLeaving(B)).as("the one that misses it").isNull();
    }

    @Test
    void replicaThatDoesNotSayDoesNotCount() {
        ReplicaGuard guard =
                new ReplicaGuard(new Seen(groups(List.of(A, B, C), A, B, C), Map.of(A, NOTHING, B, NOTHING)));

        assertThat(guard.againstLeaving(A)).contains("groups [0, 1, 2, 3, 4, 5, 6, 7, 8] of channels");
        assertThat(guard.againstLeaving(C)).isNull();
    }

    @Test
    void nodeThatKeepsNothingOrIsNotHereGoes() {
        Seen seen = new Seen(groups(List.of(A, B, C), A, B), ALL_WHOLE);

        assertThat(new ReplicaGuard(seen).againstLeaving("10.0.0.4:6369")).isNull();
        assertThat(new ReplicaGuard(seen).againstLeaving(C)).isNull();
        assertThat(seen.questions).isZero();
    }

    @Test
    void nothingStandsAgainstItWhereChannelsAreOnOneNode() {
        Seen seen = new Seen(List.of(), null);
        seen.replicated = false;

        assertThat(new ReplicaGuard(seen).againstLeaving(A)).isNull();
        assertThat(new ReplicaGuard(seen).againstLeaving(null)).isNull();
        assertThat(new ReplicaGuard(seen).staysListed(C)).isEmpty();
    }

    @Test
    void whatIsNotKnownStandsAgainstIt() {
        String unknown = "it is not known whether the channels go on without that node: ";
        Seen seen = new Seen(groups(List.of(A, B, C), A, B, C), null);
        ReplicaGuard guard = new ReplicaGuard(seen);
        assertThat(guard.againstLeaving(A)).isEqualTo(unknown + "they do not answer; --force goes ahead all the same");
        assertThat(guard.againstLeaving(null)).startsWith(unknown + "where it takes members is not known; --force");

        seen.groups = List.of();
        seen.trouble = "The channels are not here yet: no quorum";
        assertThat(guard.againstLeaving(A)).startsWith(unknown + "The channels are not here yet: no quorum; --force");
        assertThat(guard.againstRemoval(A)).startsWith(unknown);
    }

    @Test
    void someOfTheGroupsSayNothingOfTheOthers() {
        Seen seen = new Seen(groups(List.of(A, B, C), A, B, C), ALL_WHOLE);
        seen.expected = 10;

        assertThat(new ReplicaGuard(seen).againstLeaving(A))
                .contains("it is not known", "only 9 of their 10 groups are known here", "--force");
        assertThat(new ReplicaGuard(seen).againstRemoval(C)).contains("only 9 of their 10 groups are known here");
    }

    @Test
    void replicaThatIsKnownByItsIdOnlyMayBeTheOneThatGoes() {
        String id = "6a7c8f2e-0000-4000-8000-000000000001";
        ReplicaGuard guard = new ReplicaGuard(new Seen(groups(List.of(A, B, id), A, B, id), ALL_WHOLE));

        assertThat(guard.againstLeaving(C)).contains("it is not known where the replica " + id + " is", "--force");
        assertThat(guard.againstLeaving(B)).as("one that is known").contains("have too few replicas");
    }

    @Test
    void oneWithoutAMajorityJoinsAnotherClusterAndOneOfAMajorityAsksFirst() {
        assertThat(new ReplicaGuard(new Seen(groups(List.of(A, B, C), A, B, C), ALL_WHOLE)).againstJoining(A))
                .isNull();
        assertThat(new ReplicaGuard(new Seen(groups(List.of(A, B, C), A, B), ALL_WHOLE)).againstJoining(A))
                .contains("group 0 has 1 of 3", "--force");

        assertThat(new ReplicaGuard(new Seen(groups(List.of(A, B, C), A), ALL_WHOLE)).againstJoining(A))
                .as("cut off")
                .isNull();
        Seen newcomer = new Seen(List.of(), null);
        newcomer.keepsNothing = true;
        assertThat(new ReplicaGuard(newcomer).againstJoining(A))
                .as("it was refused its place")
                .isNull();
        Seen alone = new Seen(List.of(), null);
        alone.replicated = false;
        assertThat(new ReplicaGuard(alone).againstJoining(A)).isNull();
    }

    @Test
    void groupWithoutAMajorityDoesNotSpeakForTheOthersOfOneThatJoins() {
        List<GroupStatus> groups = new ArrayList<>(groups(List.of(A, B, C), A, B));
        groups.set(4, group(4, List.of(A, B, C), A));

        assertThat(new ReplicaGuard(new Seen(groups, ALL_WHOLE)).againstJoining(A))
                .contains("groups [0, 1, 2, 3, 4, 5, 6, 7, 8] of channels", "group 4 has 0 of 3", "--force");
    }

    @Test
    void whatIsNotKnownStandsAgainstOneThatJoins() {
        Seen some = new Seen(groups(List.of(A, B, C), A), ALL_WHOLE);
        some.expected = 10;
        assertThat(new ReplicaGuard(some).againstJoining(A))
                .contains("only 9 of their 10 groups are known here", "--force");

        Seen restarted = new Seen(List.of(), null);
        restarted.trouble = "The channels are not here yet: the node has not met the others yet";
        assertThat(new ReplicaGuard(restarted).againstJoining(A))
                .isEqualTo(
                        "it is not known whether the channels go on without that node: The channels are not here yet:"
                                + " the node has not met the others yet; --force goes ahead all the same");

        Seen silent = new Seen(List.of(), null);
        silent.silent = true;
        assertThat(new ReplicaGuard(silent).againstJoining(A))
                .isEqualTo("it is not known whether the channels go on without that node: no answer; --force goes ahead"
                        + " all the same");
    }

    @Test
    void replicaThatIsLostIsRemovedIfTheOthersAreWhole() {
        List<GroupStatus> groups = groups(List.of(A, B, C), A, B);

        assertThat(new ReplicaGuard(new Seen(groups, ALL_WHOLE)).againstRemoval(C))
                .isNull();
        assertThat(new ReplicaGuard(new Seen(groups, Map.of(A, NOTHING, B, Set.of(8)))).againstRemoval(C))
                .contains("groups [8] of channels have too few", "group 8 has 1 of 3", "--force");
        assertThat(new ReplicaGuard(new Seen(groups(List.of(A, B, C), A), ALL_WHOLE)).againstRemoval(C))
                .contains("groups [0, 1, 2, 3, 4, 5, 6, 7, 8] of channels", "expected 2 at least");
        assertThat(new ReplicaGuard(new Seen(groups(List.of(A, B), A), ALL_WHOLE)).againstRemoval(B))
                .contains("group 0 has 1 of 2", "expected 2 at least");
    }

    @Test
    void replicaInWhosePlaceAnotherNodeIsIsRemovedIfTheOthersAreWhole() {
        List<GroupStatus> groups = groups(List.of(A, B, C), A, B, C);

        assertThat(new ReplicaGuard(new Seen(groups, ALL_WHOLE)).againstRemoval(C))
                .isNull();
        assertThat(new ReplicaGuard(new Seen(groups, Map.of(A, NOTHING, B, Set.of(8), C, NOTHING))).againstRemoval(C))
                .contains("groups [8] of channels have too few", "group 8 has 1 of 3, [10.0.0.1:6369]", "--force");
        Seen away = new Seen(groups(List.of(A, B, C), A, C), ALL_WHOLE);
        assertThat(new ReplicaGuard(away).againstRemoval(C)).contains("group 0 has 1 of 3, [10.0.0.1:6369]", "--force");
        assertThat(away.questions).isZero();
    }

    @Test
    void replicaThatIsUnknownIsNotForTheGuardToRefuse() {
        Seen seen = new Seen(groups(List.of(A, B, C), A, B), ALL_WHOLE);

        assertThat(new ReplicaGuard(seen).againstRemoval("10.0.0.4:6369")).isNull();
        assertThat(seen.questions).isZero();
    }

    @Test
    void whoIsTakenOutStaysListed() {
        ReplicaGuard guard = new ReplicaGuard(new Seen(groups(List.of(A, B, C), A, B), ALL_WHOLE));

        assertThat(guard.staysListed(C))
                .isEqualTo(
                        "Its replicas of the channels stay listed. An empty node that is started now takes them over by"
                                + " itself once the others are here and miss nothing; wkctl raft remove 10.0.0.3:6369 makes place at"
                                + " once.");
        assertThat(guard.staysListed("10.0.0.4:6369")).isEmpty();
        assertThat(guard.staysListed(null)).isEmpty();
    }
}
