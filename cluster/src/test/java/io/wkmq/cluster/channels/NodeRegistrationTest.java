package io.wkmq.cluster.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegisteredNode.Standing;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryMachine;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.RemovalWord;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class NodeRegistrationTest {
    private static final int NODES = 3;

    /** The log of the registry, which all nodes have a part of: as far as they have heard. */
    private final List<byte[]> log = new ArrayList<>();

    private final List<Member> members = new ArrayList<>();
    private boolean quorum = true;
    private int refused;
    private int leader;
    private long now = 1_000;

    NodeRegistrationTest() {
        for (int i = 0; i < NODES; i++) {
            members.add(new Member(i));
        }
    }

    /** Records that a node was told to make room for another, as long as that is right. */
    private record Asked(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        boolean still() {
            return gone.test(removed);
        }

        NodeId node() {
            return id((int) removed.getLeastSignificantBits());
        }
    }

    /** A node with its copy of the registry, and what it was told of others. */
    private final class Member implements NodeRegistry, NodeRegistration.Ground {
        private final int number;
        private final Map<NodeId, RemovalWord> words = new HashMap<>();
        private RegistryMachine copy = new RegistryMachine();
        private NodeRegistration registration = new NodeRegistration(this, this, () -> Instant.ofEpochMilli(now));
        private Node node;
        private String address = "10.0.0.1:6369";
        private final Set<NodeId> here = new HashSet<>();
        private final List<Asked> asked = new ArrayList<>();
        private CompletionStage<Boolean> place = CompletableFuture.completedFuture(true);
        private UUID replica;
        private boolean moving;
        private boolean ended;

        /** When its copy of the registry says what it has. */
        private CompletableFuture<@Nullable Void> answered = CompletableFuture.completedFuture(null);

        Member(int number) {
            this.number = number;
            this.replica = new UUID(1, number);
            this.node = new Node(id(number), new NodeName("wkmq" + number, "10.0.0.1"));
        }

        /** It is started without anything that it has kept. */
        void restart() {
            copy = new RegistryMachine();
            words.clear();
            registration = new NodeRegistration(this, this, () -> Instant.ofEpochMilli(now));
            catchUp();
        }

        void catchUp() {
            while (copy.applied() < log.size()) {
                int next = (int) copy.applied();
                copy.apply(next + 1, RegistryCodec.decode(log.get(next)));
            }
        }

        void say(NodeId of, boolean removed) {
            RemovalWord before = words.get(of);
            long time = before == null ? now : Math.max(now, before.timeMs() + 1);
            words.put(of, new RemovalWord(of, null, removed, time));
        }

        @Override
        public CompletionStage<List<RegisteredNode>> nodes() {
            if (ended) {
                throw new IllegalStateException("made by the test");
            }
            return answered.thenApply(nothing -> List.copyOf(copy.nodes()));
        }

        @Override
        public CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op) {
            if (!quorum) {
                refused++;
                return CompletableFuture.failedFuture(new IOException("made by the test, time " + refused));
            }
            log.add(RegistryCodec.encode(op));
            RegistryMachine all = new RegistryMachine();
            RegistryAnswer answer = null;
            for (int i = 0; i < log.size(); i++) {
                answer = all.apply(i + 1, RegistryCodec.decode(log.get(i)));
            }
            return CompletableFuture.completedFuture(Objects.requireNonNull(answer));
        }

        @Override
        public UUID replica() {
            return replica;
        }

        @Override
        public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> others, Predicate<UUID> gone) {
            asked.add(new Asked(removed, others, gone));
            return place;
        }

        /** Another node comes, or goes. */
        void turn(NodeId other) {
            if (!other.equals(node.id()) && !here.remove(other)) {
                here.add(other);
            }
        }

        private boolean knowsAsRemoved(NodeId node) {
            RemovalWord word = words.get(node);
            return word != null && word.removed();
        }

        @Override
        public Set<NodeId> here() {
            return here;
        }

        @Override
        public boolean leads() {
            return leader == number;
        }

        @Override
        public Node self() {
            return node;
        }

        @Override
        public List<String> addresses() {
            return List.of(address);
        }

        @Override
        public List<RemovalWord> words() {
            return List.copyOf(words.values());
        }

        @Override
        public void take(List<RemovalWord> said) {
            said.forEach(word -> words.merge(word.node(), word, (known, other) -> other.after(known) ? other : known));
        }

        @Override
        public boolean moving() {
            return moving;
        }

        private Standing standing(int of) {
            return Objects.requireNonNull(node(copy, id(of))).standing();
        }
    }

    private static NodeId id(int number) {
        return new NodeId(new UUID(0, number));
    }

    /** All do what they have to, and hear of it. */
    private void rounds() {
        for (int i = 0; i < 3; i++) {
            members.forEach(member -> {
                member.registration.run();
                members.forEach(Member::catchUp);
            });
        }
    }

    private static @Nullable RegisteredNode node(RegistryMachine of, NodeId id) {
        return of.nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    @Test
    void everyNodeSaysWhoItIsAndOnceOnly() {
        rounds();
        assertThat(log).hasSize(NODES);
        for (Member member : members) {
            assertThat(node(members.get(0).copy, member.node.id()))
                    .isEqualTo(new RegisteredNode(
                            member.node.id(),
                            member.node.name(),
                            List.of(member.address),
                            member.replica,
                            Standing.JOINED,
                            now,
                            0));
        }

        members.get(1).address = "10.0.0.9:6369";
        members.get(1).node = new Node(id(1), new NodeName("renamed", "10.0.0.9"));
        rounds();
        assertThat(log).hasSize(NODES + 1);
        RegisteredNode renamed = Objects.requireNonNull(node(members.get(2).copy, id(1)));
        assertThat(renamed.name()).isEqualTo(new NodeName("renamed", "10.0.0.9"));
        assertThat(renamed.addresses()).containsExactly("10.0.0.9:6369");
    }

    @Test
    void aRemovalIsKnownToANodeThatHeardOfItFromNobody() {
        rounds();
        Member where = members.get(0);
        where.say(id(2), true);
        assertThat(where.registration.tellOf(id(2)).toCompletableFuture()).isCompleted();
        members.get(1).restart();

        members.get(1).registration.run();

        assertThat(members.get(1).words())
                .containsExactly(new RemovalWord(id(2), members.get(2).node.name(), true, now));
        assertThat(members.get(1).standing(2)).isEqualTo(Standing.REMOVED);
    }

    @Test
    void aRemovalWithoutAQuorumComesIntoTheRegistryLater() {
        rounds();
        quorum = false;
        members.get(1).say(id(2), true);
        assertThatThrownBy(() -> members.get(1)
                        .registration
                        .tellOf(id(2))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("made by the test");
        rounds();
        assertThat(members.get(0).standing(2)).isEqualTo(Standing.JOINED);

        quorum = true;
        leader = 1;
        members.get(1).registration.run();
        members.get(0).catchUp();
        assertThat(members.get(0).standing(2)).isEqualTo(Standing.REMOVED);
    }

    @Test
    void anExplicitJoinLiftsARemovalInTheRegistryToo() {
        rounds();
        members.get(0).say(id(2), true);
        rounds();
        int before = log.size();
        rounds();
        assertThat(log).as("a removed node does not say who it is").hasSize(before);

        now = 2_000;
        members.get(2).say(id(2), false);
        members.get(0).take(members.get(2).words());
        rounds();

        assertThat(members).allSatisfy(member -> {
            assertThat(member.standing(2)).isEqualTo(Standing.JOINED);
            RemovalWord word = Objects.requireNonNull(member.words.get(id(2)));
            assertThat(word.removed()).isFalse();
            assertThat(word.timeMs()).isEqualTo(2_000);
        });
    }

    @Test
    void ofItselfANodeDoesNotBelieveTheRegistry() {
        rounds();
        members.get(0).say(id(2), true);
        rounds();
        assertThat(members.get(2).standing(2)).isEqualTo(Standing.REMOVED);
        assertThat(members.get(2).words()).isEmpty();
        assertThat(members.get(1).words()).hasSize(1);
    }

    @Test
    void aNodeThatIsGivenUpIsSoInTheRegistryUntilItIsBack() {
        rounds();
        Node away = members.get(2).node;
        members.get(0).registration.cleaned(away, true);
        members.get(1).registration.cleaned(away, true);
        int before = log.size();
        members.get(1).registration.run();
        assertThat(log).as("it does not lead").hasSize(before);
        members.get(0).registration.run();
        members.forEach(Member::catchUp);
        assertThat(members.get(1).standing(2)).isEqualTo(Standing.CLEANED);
        assertThat(log).hasSize(before + 1);

        members.subList(0, 2).forEach(member -> member.registration.here(new Peer(away, 1, "10.0.0.1", 1, 1)));
        rounds();
        assertThat(members.get(1).standing(2)).isEqualTo(Standing.JOINED);
        assertThat(log).hasSize(before + 2);
    }

    @Test
    void aNodeThatIsRemovedMakesPlaceOnceItIsGone() {
        rounds();
        Member first = members.get(0);
        first.here.addAll(Set.of(id(1), id(2)));
        first.say(id(2), true);
        rounds();
        assertThat(first.asked).as("it is here").isEmpty();

        first.here.remove(id(2));
        members.get(1).registration.run();
        first.registration.cleaned(members.get(1).node, true);
        first.registration.run();
        assertThat(members.get(1).asked).as("it does not lead").isEmpty();
        assertThat(first.asked)
                .as("and nobody who is only away")
                .extracting(Asked::removed)
                .containsExactly(members.get(2).replica);
    }

    @Test
    void aPlaceIsMadeOnlyWhileAllSpeaksForIt() {
        Asked asked = asked();
        Member first = members.get(0);
        UUID second = members.get(1).replica;
        assertThat(asked.here().get()).containsExactlyInAnyOrder(first.replica, second);
        assertThat(asked.still()).isTrue();

        first.here.add(id(2));
        assertThat(asked.still()).as("it is back").isFalse();
        first.here.remove(id(2));
        leader = 1;
        assertThat(asked.still()).as("another one leads").isFalse();
        leader = 0;
        first.moving = true;
        assertThat(asked.still()).as("on the way to others").isFalse();
        first.moving = false;
        first.here.remove(id(1));
        assertThat(asked.here().get()).containsExactly(first.replica);
        first.here.add(id(1));
        assertThat(asked.here().get()).containsExactlyInAnyOrder(first.replica, second);
        assertThat(asked.still()).isTrue();
        first.say(id(2), false);
        assertThat(asked.still()).as("it was told to join").isFalse();
    }

    /** What the first node is told once the last one is removed and gone. */
    private Asked asked() {
        rounds();
        Member first = members.get(0);
        first.here.add(id(1));
        first.say(id(2), true);
        rounds();
        assertThat(first.asked).isNotEmpty();
        return first.asked.get(0);
    }

    @Test
    void whoIsRemovedAndHereIsNoneOfThoseWhoAreHere() {
        Asked asked = asked();
        Member first = members.get(0);
        first.say(id(1), true);
        assertThat(asked.here().get()).containsExactly(first.replica);
        first.asked.clear();
        rounds();
        assertThat(first.asked).isNotEmpty().allSatisfy(each -> {
            assertThat(each.removed()).isEqualTo(members.get(2).replica);
            assertThat(each.here().get()).containsExactly(first.replica);
        });
    }

    @Test
    void whyARemovedNodeMakesNoPlaceIsSaid() {
        rounds();
        Member first = members.get(0);
        first.here.add(id(2));
        first.say(id(2), true);
        rounds();
        assertThat(first.registration.placeless(id(2))).isEqualTo("it is here");
        first.here.remove(id(2));
        rounds();
        assertThat(first.registration.placeless(id(2))).isNull();

        first.say(id(50), true);
        rounds();
        assertThat(first.registration.placeless(id(50)))
                .isEqualTo("the registry does not know that it kept replicas; wkctl raft remove makes place if it did");
        assertThat(members.get(1).registration.placeless(id(50)))
                .as("it does not lead")
                .isNull();
        first.say(id(50), false);
        rounds();
        assertThat(first.registration.placeless(id(50))).isNull();

        rounds();
        first.words.clear();
        assertThat(asked(first, id(2))).isFalse();
        assertThat(first.registration.placeless(id(2)))
                .isEqualTo("the nodes that are here do not know that it was removed");
    }

    /** Whether a node makes place in a round; it takes nothing from the registry that it has taken before. */
    private static boolean asked(Member member, NodeId removed) {
        member.asked.clear();
        member.registration.run();
        return member.asked.stream().anyMatch(asked -> asked.node().equals(removed));
    }

    @Test
    void onePlaceIsMadeAtATime() {
        rounds();
        Member first = members.get(0);
        first.say(id(1), true);
        first.say(id(2), true);
        first.registration.run();
        members.forEach(Member::catchUp);
        assertThat(first.asked).isEmpty();
        CompletableFuture<Boolean> place = new CompletableFuture<>();
        first.place = place;
        first.registration.run();
        first.registration.run();
        assertThat(first.asked).as("the first round goes on").hasSize(1);

        first.place = CompletableFuture.completedFuture(true);
        place.complete(false);
        assertThat(first.asked).as("then the next removed one").hasSize(2);
        first.registration.run();
        assertThat(first.asked).as("one in a round").hasSize(3);
        first.place = CompletableFuture.failedFuture(new IOException("made by the test"));
        first.registration.run();
        first.registration.run();
        assertThat(first.asked).as("what fails is tried again").hasSize(5);
    }

    @Test
    void aChangeThatIsNotTakenDoesNotHoldUpAPlace() {
        Asked asked = asked();
        Member first = members.get(0);
        first.asked.clear();
        quorum = false;
        first.say(id(1), false);
        int told = log.size();
        first.registration.run();
        assertThat(log).hasSize(told);
        assertThat(first.asked).extracting(Asked::removed).containsExactly(asked.removed());
    }

    @Test
    void whyARoundFailsIsSaidOnceAMinuteAndNotOfPlaces() {
        asked();
        Member first = members.get(0);
        long[] nanos = new long[1];
        LogLimit troubles = new LogLimit(() -> nanos[0]);
        first.registration = new NodeRegistration(first, first, () -> Instant.ofEpochMilli(now), troubles);
        first.place = CompletableFuture.failedFuture(new IOException("made by the test"));
        first.asked.clear();
        first.say(id(1), false);
        quorum = false;
        for (int i = 0; i < 5; i++) {
            first.registration.run();
        }
        assertThat(refused).isEqualTo(5);
        assertThat(first.asked).hasSize(5);

        List<Long> leftOut = new ArrayList<>();
        troubles.log(NodeRegistration.NO_PLACE, leftOut::add);
        assertThat(leftOut).as("nothing was said").containsExactly(0L);
        troubles.log(NodeRegistration.DIFFER, leftOut::add);
        assertThat(leftOut).hasSize(1);
        nanos[0] += Duration.ofMinutes(1).toNanos();
        troubles.log(NodeRegistration.DIFFER, leftOut::add);
        assertThat(leftOut).as("one of five, and the one of above").containsExactly(0L, 5L);
    }

    @Test
    void whatFailsAtOnceEndsTheRoundToo() {
        Member first = members.get(0);
        first.ended = true;
        first.registration.run();
        assertThat(log).isEmpty();
        first.ended = false;
        first.registration.run();
        assertThat(log).hasSize(1);
    }

    @Test
    void aFullRegistryIsNotToldWhoMayComeOneDay() {
        rounds();
        for (int i = NODES; i < RegisteredNode.NODES_MAX; i++) {
            log.add(RegistryCodec.encode(
                    new RegistryOp.NodeIs(id(100 + i), members.get(0).node.name(), List.of(), null, now)));
        }
        members.forEach(Member::catchUp);
        int before = log.size();
        members.get(0).say(id(50), false);
        members.get(0).say(id(100 + NODES), false);
        rounds();
        assertThat(log).as("only of the one that it knows").hasSize(before + 1);
        assertThat(node(members.get(0).copy, id(50))).isNull();
    }

    @Test
    void onItsWayToAnotherClusterANodeSaysAndTakesNothing() {
        members.get(0).moving = true;
        members.get(0).registration.run();
        assertThat(log).isEmpty();
        members.get(0).moving = false;
        members.get(0).registration.run();
        assertThat(log).hasSize(1);
    }

    @Test
    void whoSetsOutMeanwhileSaysAndTakesNothingEither() {
        rounds();
        Member first = members.get(0);
        first.say(id(2), true);
        int told = log.size();
        first.answered = new CompletableFuture<>();
        first.registration.run();
        first.moving = true;
        first.say(id(2), false); // as of all whom it is about to meet
        first.answered.complete(null);
        assertThat(log).hasSize(told);

        first.moving = false;
        first.registration.run();
        assertThat(log).hasSize(told + 1);
    }

    @Test
    void theReplicaOfANodeThatBeganAnewUnderAnotherIdIsNotGone() {
        Asked asked = asked();
        Member first = members.get(0);
        Member last = members.get(2);
        last.node = new Node(id(7), last.node.name()); // with all that it has but its id
        rounds();
        assertThat(Objects.requireNonNull(node(first.copy, id(7))).replica()).isEqualTo(asked.removed());
        first.asked.clear();
        rounds();
        assertThat(first.asked).as("be it here or not").isEmpty();
    }

    @Test
    void otherNodesThatAreRemovedAndGoneAreKnownAsSuch() {
        Asked asked = asked();
        Member first = members.get(0);
        UUID second = members.get(1).replica;
        assertThat(asked.gone().test(second)).isFalse();
        first.say(id(1), true);
        rounds();
        first.here.clear();
        first.asked.clear();
        rounds();
        assertThat(first.asked).isNotEmpty().allMatch(each -> each.gone().test(second));
        assertThat(first.asked).noneMatch(each -> each.gone().test(first.replica));
    }

    @Test
    void removalsThatAFullRegistryHasNoRoomForDoNotDriveEachOtherOut() {
        rounds();
        Member first = members.get(0);
        for (int i = NODES; i < RegisteredNode.NODES_MAX - 1; i++) {
            log.add(RegistryCodec.encode(new RegistryOp.NodeIs(id(100 + i), first.node.name(), List.of(), null, now)));
        }
        members.forEach(Member::catchUp);
        for (int i = 0; i < 3; i++) {
            now++;
            first.say(id(50 + i), true);
        }
        rounds();
        assertThat(first.copy.nodes()).hasSize(RegisteredNode.NODES_MAX);
        assertThat(node(first.copy, id(52))).as("the latest").isNotNull();
        int told = log.size();
        rounds();
        assertThat(log).as("nobody has anything more to say").hasSize(told);
        assertThat(members)
                .allSatisfy(member -> assertThat(member.standing(member.number)).isEqualTo(Standing.JOINED));
    }

    @Test
    void aRoundHasABound() {
        for (int i = 0; i < NodeRegistration.CHANGES_MAX + 10; i++) {
            members.get(0).say(id(100 + i), true);
        }
        members.get(0).registration.run();
        assertThat(log).hasSize(NodeRegistration.CHANGES_MAX);
        rounds();
        assertThat(members.get(1).words()).hasSize(NodeRegistration.CHANGES_MAX + 10);
    }

    /** Whoever says what, whoever leads, with a majority now and then: in the end all say the same. */
    @Test
    void inTheEndAllSayTheSame() {
        Seeds.of("NodeRegistrationTest", 200).forEach(random -> new NodeRegistrationTest().chaos(random));
    }

    private void chaos(Random random) {
        for (int step = 0; step < 150; step++) {
            now += random.nextInt(3);
            Member member = members.get(random.nextInt(NODES));
            NodeId about = id(random.nextInt(NODES));
            switch (random.nextInt(10)) {
                case 0 -> member.say(about, true);
                case 1 -> member.say(about, false);
                case 2 -> quorum = random.nextInt(3) > 0;
                case 3 -> leader = random.nextInt(NODES);
                case 4 -> member.catchUp();
                case 5 -> members.get(random.nextInt(NODES)).take(member.words());
                case 6 -> member.registration.cleaned(new Node(about, member.node.name()), random.nextBoolean());
                case 7 -> member.turn(about);
                default -> {
                    int before = member.asked.size();
                    member.registration.run();
                    assertThat(member.asked.subList(before, member.asked.size()))
                            .hasSizeLessThanOrEqualTo(1)
                            .allMatch(asked -> asked.still());
                }
            }
            members.forEach(this::judge);
        }
        quorum = true;
        members.forEach(member ->
                members.forEach(other -> member.registration.here(new Peer(other.node, 1, "10.0.0.1", 1, 1))));
        members.forEach(member -> members.forEach(other -> other.take(member.words())));
        members.forEach(member -> members.forEach(other -> other.take(member.words())));
        rounds();

        int told = log.size();
        rounds();
        assertThat(log).as("nobody has anything more to say").hasSize(told);
        for (Member member : members) {
            assertThat(member.copy.nodes())
                    .hasSize(NODES)
                    .containsExactlyElementsOf(members.get(0).copy.nodes());
            for (RegisteredNode node : member.copy.nodes()) {
                RemovalWord word = member.words.get(node.id());
                assertThat(node.saidMs()).isEqualTo(word == null ? 0 : word.timeMs());
                assertThat(node.standing())
                        .isEqualTo(word != null && word.removed() ? Standing.REMOVED : Standing.JOINED);
            }
        }
    }

    /** Whatever was asked last is right exactly as long as all that speaks for it is so. */
    private void judge(Member member) {
        if (member.asked.isEmpty()) {
            return;
        }
        Asked last = member.asked.get(member.asked.size() - 1);
        assertThat(last.still())
                .isEqualTo(leader == member.number
                        && !member.here.contains(last.node())
                        && member.knowsAsRemoved(last.node()));
        for (Member other : members) {
            boolean here = other == member || member.here.contains(other.node.id());
            if (!here || member.knowsAsRemoved(other.node.id())) {
                assertThat(last.here().get()).doesNotContain(other.replica);
            }
        }
        assertThat(last.here().get()).doesNotContain(last.removed());
    }
}
