package io.wkmq.session;

import static io.wkmq.routing.Qos.AT_LEAST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests which sessions a node that is being stopped waits for. */
class FollowersTest {
    private final TestNode node = TestNode.inMemory();

    private Followers follow() {
        Followers followers = node.sessions.follow();
        node.run();
        return followers;
    }

    private void freeze(String clientId) {
        node.sessions.moves().freeze(clientId, 1_000, epoch -> {});
        node.run();
    }

    private void forget(String clientId) {
        node.sessions.moves().forget(clientId, 1_000, 1_000, done -> {});
        node.run();
    }

    @Test
    void whoLosesHisConnectionIsWaitedForUntilAnotherNodeHasHisSession() throws Exception {
        TestClient client = node.client("c").expiry(60).connect().subscribe("t", AT_LEAST_ONCE);
        Followers followers = follow();
        assertThat(followers.here()).isZero();

        client.lose();
        assertThat(followers.here()).isOne();
        assertThat(followers.awaitNone(Duration.ofMillis(1))).isFalse();
        freeze("c");
        assertThat(followers.here()).isOne();
        forget("c");

        assertThat(followers.awaitNone(Duration.ofMillis(1))).isTrue();
        assertThat(followers.gone()).isOne();
    }

    @Test
    void allShardsHaveToNoteBeforeConnectionsMayEnd() throws Exception {
        node.runLater();
        Followers followers = node.sessions.follow();
        assertThat(followers.awaitNoting(Duration.ofMillis(1))).isFalse();

        node.run();

        assertThat(followers.awaitNoting(Duration.ofMillis(1))).isTrue();
    }

    @Test
    void sessionThatEndsWithItsConnectionIsNotWaitedFor() {
        TestClient client = node.client("c").expiry(0).connect();
        Followers followers = follow();
        client.lose();
        assertThat(followers.here()).isZero();
        assertThat(followers.gone()).isZero();
    }

    @Test
    void whoWasAwayBeforeIsWaitedForOnlyOnceAnotherNodeAsks() {
        node.client("asked before").expiry(60).connect().lose();
        node.client("asked later").expiry(60).connect().lose();
        node.client("not asked").expiry(60).connect().lose();
        freeze("asked before");
        Followers followers = follow();
        assertThat(followers.here()).isOne();
        freeze("asked later");
        assertThat(followers.here()).isEqualTo(2);
        forget("asked before");
        forget("asked later");
        assertThat(followers.here()).isZero();
    }
}
