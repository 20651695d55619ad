package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Kept;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the fate of the wills of a node that dies, and what it is told of them when it returns. */
class OthersWillsTest {
    private static final long GRACE_MS = 3_000;
    private static final long NOBODY = -1;
    private static final NodeId OTHER = new NodeId(new UUID(0, 3));
    private static final Will WILL =
            new Will(TopicName.of("t"), new byte[] {1}, Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, -1, 0);

    private final List<String> published = new ArrayList<>();
    private final Queue<Runnable> publishing = new ArrayDeque<>();
    private final SettledWills settled = new SettledWills(100);
    private final Peer first = run(1);
    private final Peer second = run(2);
    private final NodeId node = first.id();
    private long nowMs = 1_000_000;
    private final OthersWills wills = new OthersWills(
            (clientId, will, done) -> {
                published.add(clientId);
                publishing.add(done);
            },
            settled,
            () -> nowMs,
            GRACE_MS);

    private static Peer run(long incarnation) {
        return new Peer(new Node(new NodeId(new UUID(0, 2)), NodeName.parse("n@test")), incarnation, "test", 1, 1);
    }

    @BeforeEach
    void guard() {
        wills.here(first);
        wills.guard(
                node, new Guard(1, 1, true, List.of(new Guarded("now", 5, WILL, 0), new Guarded("late", 6, WILL, 60))));
    }

    private void pass(long ms) {
        nowMs += ms;
        wills.tick();
        while (!publishing.isEmpty()) {
            publishing.remove().run();
        }
    }

    private void die() {
        wills.gone(first);
        pass(GRACE_MS);
    }

    private List<Fate> ask(Kept... kept) {
        wills.here(second);
        return wills.reclaim(node, new Reclaim(2, false, List.of(kept)), clientId -> NOBODY);
    }

    private void last() {
        assertThat(wills.reclaim(node, new Reclaim(2, true, List.of()), clientId -> NOBODY))
                .isEmpty();
    }

    @Test
    void whatIsPublishedIsRememberedUntilItsNodeHasTakenNote() {
        die();
        assertThat(published).containsExactly("now");

        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.SETTLED);
        assertThat(ask(new Kept("now", 5))).as("the answer may be lost").containsExactly(Fate.SETTLED);
        last();
        assertThat(settled.size()).isZero();
    }

    @Test
    void whatIsNotDueYetIsGivenBack() {
        die();
        assertThat(ask(new Kept("late", 6))).containsExactly(Fate.YOURS);
        last();
        pass(100_000);
        assertThat(published).containsExactly("now");
    }

    @Test
    void whatIsBeingPublishedIsNeitherThatNorThis() {
        wills.gone(first);
        nowMs += GRACE_MS;
        wills.tick();
        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.UNDECIDED);

        pass(0);
        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.SETTLED);
    }

    @Test
    void willsOfSessionsThatWereNotKeptAreDueWhenTheNodeHasAskedForAll() {
        wills.here(second);
        pass(0);
        assertThat(published).isEmpty();

        last();
        assertThat(published).containsExactlyInAnyOrder("now", "late");
        assertThat(settled.size()).isZero();
    }

    @Test
    void nodeThatIsBackAndDoesNotAskDelaysNothing() {
        wills.here(second);
        pass(GRACE_MS);
        assertThat(published).containsExactly("now");
    }

    @Test
    void theyAreDueInTheOrderOfTheirDelays() {
        Random random = Seeds.one("OthersWillsTest");
        Map<String, Long> expected = new TreeMap<>();
        List<Guarded> more = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            long delay = 5L + random.nextInt(50);
            more.add(new Guarded("c" + i, 5, WILL, delay));
            if (i % 3 != 0) {
                expected.put("c" + i, delay);
            }
        }
        wills.guard(node, new Guard(1, 2, false, more));
        die();
        for (int i = 0; i < 500; i += 3) {
            wills.claimed(OTHER, "c" + i, 9);
        }
        for (long second = GRACE_MS / 1000; second < 56; second++) {
            pass(0);
            long now = second;
            assertThat(published.stream().filter(clientId -> clientId.startsWith("c")))
                    .as("after %s s", second)
                    .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                            .filter(each -> each.getValue() <= now)
                            .map(Map.Entry::getKey)
                            .toList());
            pass(1_000);
        }
    }

    @Test
    void nodeThatGoesAgainLeavesWhatItHasSaidMeanwhile() {
        die();
        wills.here(first);
        wills.guard(
                node,
                new Guard(1, 2, true, List.of(new Guarded("new", 7, WILL, 10), new Guarded("late", 6, WILL, 60))));
        pass(100_000);
        assertThat(published).containsExactly("now");

        wills.gone(first);
        pass(10_000);
        assertThat(published).containsExactly("now", "new");
        pass(50_000);
        assertThat(published).containsExactly("now", "new", "late");
    }

    /** As many ticks as there are in a minute and a half; each used to look at all of them. */
    @Test
    @Timeout(20)
    void manyThatAreNotDueCostNothing() {
        List<Guarded> more = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            more.add(new Guarded("c" + i, 5, WILL, 3_600));
        }
        wills.guard(node, new Guard(1, 2, false, more));
        die();
        for (int i = 0; i < 5_000; i++) {
            pass(20);
        }
        assertThat(published).containsExactly("now", "late");
        assertThat(wills.guarded()).isEqualTo(200_000);
    }

    @Test
    void clientThatHasConnectedElsewhereAndLeftIsRemembered() {
        wills.gone(first);
        wills.claimed(OTHER, "now", 9);
        pass(GRACE_MS);

        assertThat(published).isEmpty();
        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.SETTLED);
    }

    @Test
    void clientThatConnectsElsewhereJustBeforeItsNodeDiesIsRememberedToo() {
        wills.claimed(OTHER, "now", 9);
        die();

        assertThat(published).isEmpty();
        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.SETTLED);
    }

    @Test
    void nodeThatTellsOfTheSessionsItHasKeptClaimsNobody() {
        wills.here(second);
        wills.claimed(node, "now", 5);
        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.YOURS);
    }

    @Test
    void clientThatConnectsToItsNodeThatIsBackKeepsItsWillBack() {
        wills.here(second);
        wills.claimed(node, "now", 9);
        pass(GRACE_MS);
        assertThat(published).isEmpty();
        assertThat(ask(new Kept("now", 5))).containsExactly(Fate.SETTLED);
    }

    @Test
    void clientThatIsHereUnderANewerClaimHasNoOlderWill() {
        wills.here(second);
        List<Fate> fates =
                wills.reclaim(node, new Reclaim(2, false, List.of(new Kept("now", 5), new Kept("x", 1))), id -> 8);
        assertThat(fates).containsExactly(Fate.SETTLED, Fate.SETTLED);
        last();
        assertThat(published).containsExactly("late");
    }

    @Test
    void willOfAnEarlierConnectionThatTheNodeHasOnItsDiskIsVoid() {
        wills.here(second);
        assertThat(ask(new Kept("late", 4))).containsExactly(Fate.SETTLED);
    }

    @Test
    void nodeThatWasOnlyCutOffSeesToItsWillsItself() {
        die();
        wills.here(first);
        wills.guard(node, new Guard(1, 2, true, List.of(new Guarded("now", 5, WILL, 0))));
        assertThat(settled.size()).isZero();

        die();
        assertThat(published).containsExactly("now", "now");
    }

    @Test
    void nodeThatSaysThatAWillIsVoidIsNotRememberedFor() {
        wills.claimed(OTHER, "now", 9);
        assertThat(settled.size()).isOne();
        wills.guard(node, new Guard(1, 2, false, List.of(new Guarded("now", 5, null, 0))));
        assertThat(settled.size()).isZero();
    }

    @Test
    void nodeThatIsRemovedIsNotRemembered() {
        die();
        wills.removed(first.node());
        assertThat(settled.size()).isZero();
    }

    @Test
    void wholeOfTwoRunsThatAreOverIsPublishedOnce() {
        wills.here(second);
        wills.guard(node, new Guard(2, 1, true, List.of(new Guarded("new", 7, WILL, 0))));
        wills.gone(second);
        wills.here(run(3));
        pass(GRACE_MS);
        pass(100_000);
        assertThat(published).containsExactlyInAnyOrder("now", "new", "late");
    }

    @Test
    void noMoreIsRememberedThanMayBe() {
        SettledWills few = new SettledWills(2);
        few.found(node, 1, "a", 1);
        few.found(node, 1, "b", 1);
        few.found(node, 1, "a", 2);
        few.found(node, 1, "c", 1);

        assertThat(few.size()).isEqualTo(2);
        assertThat(few.fate(node, "b", 1)).isNull();
        assertThat(few.fate(node, "a", 1)).isEqualTo(Fate.SETTLED);
        assertThat(few.fate(node, "a", 3)).isNull();
    }
}
