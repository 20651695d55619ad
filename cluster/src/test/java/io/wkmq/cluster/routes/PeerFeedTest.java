package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.routes.protocol.RouteMessage.Applied;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PeerFeedTest {
    private static final long THEIRS = 77;

    private final Peer peer = new Peer(new Node(new NodeId(new UUID(0, 1)), NodeName.parse("a@b")), THEIRS, "b", 1, 1);
    private final PeerFeed feed = new PeerFeed(peer, -1);

    private static Applied ready(long epoch, long seq) {
        return new Applied(THEIRS, epoch, true, seq);
    }

    private static Applied pulling(long epoch) {
        return new Applied(THEIRS, epoch, false, 0);
    }

    @Test
    void nothingIsSentBeforeTheNodeHasABase() {
        assertThat(feed.maySend(0)).isFalse();
        feed.learn(pulling(1));
        assertThat(feed.maySend(0)).isFalse();
        assertThat(feed.known()).isEqualTo(-1);
        feed.learn(ready(1, 10));
        assertThat(feed.maySend(0)).isTrue();
        assertThat(feed.next()).isEqualTo(11);
        assertThat(feed.known()).isEqualTo(10);
    }

    @Test
    void whatANodeMayNeedWhenItGoesOnIsWhatItHadLast() {
        assertThat(feed.needed()).isEqualTo(-1);
        feed.learn(pulling(1));
        assertThat(feed.needed()).isEqualTo(-1);
        feed.learn(ready(1, 10));
        feed.learn(ready(1, 12));
        assertThat(feed.needed()).isEqualTo(12);
        feed.learn(pulling(2));
        assertThat(feed.known()).isEqualTo(-1);
        assertThat(feed.needed()).isEqualTo(12);
        feed.learn(pulling(3));
        assertThat(feed.needed()).isEqualTo(12);
        feed.learn(ready(4, 14));
        assertThat(feed.needed()).isEqualTo(14);
        assertThat(new PeerFeed(peer, 5).needed())
                .as("one that has been here before")
                .isEqualTo(5);
    }

    @Test
    void whatANodeNeedsThatIsBackAndNotReadyIsForgottenToo() {
        feed.learn(ready(1, 10));
        feed.forgetBefore(11);
        assertThat(feed.needed()).as("while it is ready").isEqualTo(10);
        feed.learn(pulling(2));
        feed.forgetBefore(10);
        assertThat(feed.needed()).isEqualTo(10);
        feed.forgetBefore(11);
        assertThat(feed.needed()).isEqualTo(-1);
        feed.learn(ready(3, 14));
        assertThat(feed.needed()).isEqualTo(14);
    }

    @Test
    void aWindowIsOnTheWayAndTheNewestAnswerCounts() {
        feed.learn(ready(1, 0));
        for (int i = 1; feed.maySend(0); i++) {
            assertThat(feed.next()).isEqualTo(i);
            feed.sent(i);
        }
        assertThat(feed.next()).isEqualTo(9);
        feed.answered(ready(1, 5));
        assertThat(feed.maySend(0)).isTrue();
        feed.answered(ready(1, 2));
        assertThat(feed.known()).as("the older answer came later").isEqualTo(5);
    }

    @Test
    void whatWasNotAnsweredGoesAgainAfterAWhile() {
        feed.learn(ready(1, 0));
        feed.sent(5);
        feed.sent(9);
        feed.unanswered(1_000);
        assertThat(feed.maySend(1_000)).isFalse();
        assertThat(feed.maySend(1_100)).isTrue();
        assertThat(feed.next()).as("something is still on the way").isEqualTo(10);
        feed.answered(ready(1, 5));
        assertThat(feed.next()).isEqualTo(6);
        long pause = 0;
        for (int i = 0; i < 20; i++) {
            feed.sent(9);
            feed.unanswered(10_000);
            while (!feed.maySend(10_000 + pause)) {
                pause += 100;
            }
        }
        assertThat(pause).isEqualTo(1_000);
    }

    @Test
    void whatIsSaidOfAnEarlierEpochIsVoid() {
        feed.learn(ready(3, 50));
        feed.sent(60);
        feed.learn(pulling(4));
        assertThat(feed.known()).as("it has begun anew").isEqualTo(-1);
        feed.answered(ready(3, 60));
        assertThat(feed.known()).isEqualTo(-1);
        feed.learn(ready(4, 20));
        assertThat(feed.known()).isEqualTo(20);
        assertThat(feed.next()).isEqualTo(21);
        feed.learn(pulling(4));
        assertThat(feed.known()).as("said before it was ready").isEqualTo(20);
    }

    @Test
    void anotherProcessDoesNotSpeakForThisOne() {
        feed.learn(new Applied(THEIRS + 1, 9, true, 100));
        assertThat(feed.known()).isEqualTo(-1);
    }

    @Test
    void aLateNodeCountsAgainOnceItHasCaughtUp() {
        feed.learn(ready(1, 5));
        feed.lag(10);
        feed.learn(ready(1, 9));
        assertThat(feed.lagging()).isTrue();
        feed.learn(ready(1, 10));
        assertThat(feed.lagging()).isFalse();
    }

    @Test
    void oneDigestIsOnTheWayAtATime() {
        assertThat(feed.beginDigest()).isTrue();
        assertThat(feed.beginDigest()).isFalse();
        feed.endDigest();
        assertThat(feed.beginDigest()).isTrue();
    }
}
