package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Kept;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.session.KeptWill;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests which nodes a returned node waits for before it publishes the wills it has kept. */
class KeptWillsTest {
    private static final long WAIT_MS = 20_000;
    private static final long RETRY_MS = 200;

    private final List<Sent> sent = new ArrayList<>();
    private final Set<NodeId> known = new HashSet<>();
    private final Set<NodeId> givenUp = new HashSet<>();
    private final List<String> ours = new ArrayList<>();
    private final List<String> settled = new ArrayList<>();
    private final List<Runnable> storing = new ArrayList<>();
    private long nowMs = 1_000_000;
    private KeptWills wills = made();

    @BeforeEach
    void enter() {
        wills.entered();
    }

    private KeptWills made() {
        return new KeptWills(
                1,
                (node, reclaim, answered, unanswered) -> sent.add(new Sent(node, reclaim, answered, unanswered)),
                () -> new MetNodes(known, givenUp),
                Runnable::run,
                () -> nowMs,
                RETRY_MS,
                WAIT_MS);
    }

    private record Sent(NodeId to, Reclaim reclaim, Consumer<List<Fate>> answered, Runnable unanswered) {}

    private static Peer peer(long number) {
        NodeId id = new NodeId(new UUID(0, number));
        return new Peer(new Node(id, NodeName.parse("n" + number + "@test")), number, "test", 1, 1);
    }

    private void know(long... numbers) {
        for (long number : numbers) {
            known.add(peer(number).id());
        }
    }

    private void add(String clientId, long epoch) {
        wills.add(clientId, epoch, new KeptWill() {
            @Override
            public void ours() {
                ours.add(clientId);
            }

            @Override
            public void settled(Runnable stored) {
                settled.add(clientId);
                storing.add(stored);
            }
        });
    }

    private void pass(long ms) {
        nowMs += ms;
        wills.tick();
    }

    private void here(long number) {
        wills.here(peer(number));
        wills.tick();
    }

    private Sent take() {
        assertThat(sent).hasSize(1);
        return sent.remove(0);
    }

    private void answer(Fate... fates) {
        take().answered().accept(List.of(fates));
    }

    @Test
    void nodeThatKnowsNoOthersWaitsForNobody() {
        add("c", 7);
        assertThat(ours).containsExactly("c");
        assertThat(wills.any()).isFalse();
    }

    @Test
    void allThatAreKnownAreWaitedFor() {
        know(2, 3);
        add("c", 7);
        wills.allAdded();
        here(2);
        Sent asked = take();
        assertThat(asked.reclaim()).isEqualTo(new Reclaim(1, false, List.of(new Kept("c", 7))));
        asked.answered().accept(List.of(Fate.YOURS));
        assertThat(take().reclaim().last()).as("there is nothing else to ask").isTrue();
        pass(WAIT_MS - 1);
        assertThat(ours).isEmpty();

        here(3);
        assertThat(ours).isEmpty();
        answer(Fate.YOURS);
        assertThat(ours).containsExactly("c");
    }

    @Test
    void nodesThatDoNotComeAreNotWaitedForLong() {
        know(2);
        add("c", 7);
        wills.allAdded();
        pass(WAIT_MS - 1);
        assertThat(ours).isEmpty();
        pass(1);
        assertThat(ours).containsExactly("c");
    }

    @Test
    void nobodyIsLateBeforeThisNodeHasEntered() {
        wills = made();
        know(2, 3);
        add("c", 7);
        wills.allAdded();
        pass(5 * WAIT_MS);
        here(2);
        answer(Fate.YOURS);
        pass(WAIT_MS);
        assertThat(ours).isEmpty();

        wills.entered();
        pass(WAIT_MS - 1);
        assertThat(ours).isEmpty();
        pass(1);
        assertThat(ours).containsExactly("c");
    }

    @Test
    void theTimeBeginsWithTheLastThatIsAdded() {
        know(2);
        pass(5 * WAIT_MS);
        add("c", 7);
        wills.allAdded();
        pass(WAIT_MS - 1);
        assertThat(ours).isEmpty();
        pass(1);
        assertThat(ours).containsExactly("c");
    }

    @Test
    void nodeThatWasGivenUpMayKnowSomethingToo() {
        givenUp.add(peer(2).id());
        add("c", 7);
        wills.allAdded();
        pass(WAIT_MS - 1);
        assertThat(ours).isEmpty();
        here(2);
        answer(Fate.SETTLED);
        assertThat(settled).containsExactly("c");
        assertThat(ours).isEmpty();
    }

    @Test
    void nothingIsRememberedForEverForANodeThatWasGivenUp() {
        know(2);
        givenUp.add(peer(3).id());
        add("c", 7);
        wills.allAdded();
        here(2);
        answer(Fate.YOURS);
        pass(WAIT_MS - 1);
        assertThat(ours).isEmpty();
        pass(1);
        assertThat(ours).containsExactly("c");
        wills.over("c", 7);
        assertThat(wills.any()).isFalse();
    }

    @Test
    void nodeThatIsHereAndDoesNotAnswerIsNotWaitedForForEver() {
        know(2);
        add("c", 7);
        wills.allAdded();
        here(2);
        pass(2 * WAIT_MS - 1);
        assertThat(ours).isEmpty();
        pass(1);
        assertThat(ours).containsExactly("c");
    }

    @Test
    void nodeThatIsHereIsWaitedForUntilItGoes() {
        know(2);
        add("c", 7);
        wills.allAdded();
        here(2);
        take().unanswered().run();
        pass(RETRY_MS - 1);
        assertThat(sent).isEmpty();
        pass(WAIT_MS);
        assertThat(ours).isEmpty();
        take();

        wills.gone(peer(2));
        pass(0);
        assertThat(ours).containsExactly("c");
    }

    @Test
    void lastWordIsSaidWhenTheDiskHasTheAnswers() {
        know(2);
        add("c", 7);
        wills.allAdded();
        here(2);
        answer(Fate.SETTLED);
        assertThat(settled).containsExactly("c");
        pass(10_000);
        assertThat(sent).isEmpty();

        storing.get(0).run();
        pass(0);
        Sent last = take();
        assertThat(last.reclaim()).isEqualTo(new Reclaim(1, true, List.of()));
        last.answered().accept(List.of());
        pass(10_000);
        assertThat(sent).as("once is enough").isEmpty();
        assertThat(ours).isEmpty();
    }

    @Test
    void nodeThatIsPublishingIsAskedAgain() {
        know(2);
        add("c", 7);
        wills.allAdded();
        here(2);
        answer(Fate.UNDECIDED);
        pass(RETRY_MS - 1);
        assertThat(sent).isEmpty();
        pass(1);
        answer(Fate.SETTLED);
        assertThat(settled).containsExactly("c");
    }

    @Test
    void nodeThatComesLateIsAskedAboutWhatIsNotPublishedYet() {
        know(2);
        add("over", 7);
        add("due", 8);
        wills.allAdded();
        pass(WAIT_MS);
        assertThat(ours).containsExactly("over", "due");
        wills.over("over", 7);

        here(2);
        assertThat(take().reclaim().wills())
                .as("and tells it of what is, or it would be published again")
                .containsExactly(new Kept("over", 7), new Kept("due", 8));
    }

    @Test
    void whatIsOverIsForgottenOnceAllHaveAnswered() {
        know(2);
        add("c", 7);
        add("d", 8);
        wills.allAdded();
        here(2);
        wills.over("c", 7);
        wills.over("d", 7);
        answer(Fate.YOURS, Fate.YOURS);

        assertThat(ours).containsExactly("d");
        assertThat(wills.any()).isTrue();
        wills.over("d", 8);
        assertThat(wills.any()).isFalse();
    }

    @Test
    void muchIsAskedInManyMessages() {
        know(2);
        for (int i = 0; i < 2_500; i++) {
            add("c" + i, i);
        }
        wills.allAdded();
        here(2);
        int asked = 0;
        for (int i = 0; i < 3; i++) {
            Sent next = take();
            int size = next.reclaim().wills().size();
            asked += size;
            next.answered().accept(Collections.nCopies(size, Fate.YOURS));
        }
        assertThat(asked).isEqualTo(2_500);
        assertThat(ours).hasSize(2_500);
    }
}
