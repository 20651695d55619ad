package io.wkmq.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.auth.Ban.Kind;
import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests two nodes whose messages can be lost. */
class BanReplicationTest {
    private Instant now = Instant.EPOCH;
    private boolean cut;
    private final Side one = new Side(1);
    private final Side two = new Side(2);

    private final class Side implements Membership, Messenger {
        private final Peer self;
        private final BannedClients banned = new BannedClients(1_000, () -> now);
        private final List<Peer> peers = new ArrayList<>();
        private final BanReplication replication;
        private @Nullable Answerer answerer;
        private @Nullable MembershipListener listener;

        Side(int number) {
            Node node = new Node(new NodeId(new UUID(0, number)), NodeName.parse("n" + number + "@127.0.0.1"));
            self = new Peer(node, number, "127.0.0.1", 1, 1);
            replication = BanReplication.start(banned, this, this);
        }

        void meets(Side other) {
            peers.add(other.self);
            Objects.requireNonNull(listener).here(other.self);
        }

        void loses(Side other) {
            peers.remove(other.self);
            Objects.requireNonNull(listener).gone(other.self);
        }

        @Override
        public Peer self() {
            return self;
        }

        @Override
        public List<Peer> peers() {
            return List.copyOf(peers);
        }

        @Override
        public void listen(MembershipListener added) {
            listener = added;
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
            assertThat(service).isEqualTo(Service.BANS);
            Side other = this == one ? two : one;
            return cut || !node.equals(other.self.id())
                    ? CompletableFuture.failedFuture(new UnreachableException(node, "it is cut off"))
                    : Objects.requireNonNull(other.answerer).answer(self.id(), request);
        }

        @Override
        public void answer(Service service, Answerer added) {
            answerer = added;
        }

        List<String> list() {
            return banned.list().stream().map(Ban::value).toList();
        }

        void ban(String clientId) {
            banned.add(new Ban(Kind.CLIENT_ID, clientId, "test", null));
        }
    }

    @Test
    void nodesThatMeetKnowTheBansOfBothAndThenEachChange() {
        one.ban("a");
        two.banned.add(new Ban(Kind.IP_ADDRESS, "2001:db8:0::1", "scanner", Instant.ofEpochSecond(60)));
        meet();
        assertThat(two.banned.list()).isEqualTo(one.banned.list()).hasSize(2);
        two.ban("b");
        assertThat(one.list()).contains("a", "b");
        assertThat(one.banned.remove(Kind.IP_ADDRESS, "2001:db8::1")).isTrue();
        assertThat(two.list()).containsExactly("a", "b");
    }

    private void meet() {
        one.meets(two);
        two.meets(one);
    }

    @Test
    void nodeThatDidNotAnswerIsToldAgain() {
        meet();
        cut = true;
        one.ban("a");
        one.replication.run();
        assertThat(two.list()).isEmpty();
        cut = false;
        one.replication.run();
        assertThat(two.list()).containsExactly("a");
    }

    @Test
    void nodeThatDiesBeforeItHasToldAllHasTheOthersTellEachOther() {
        meet();
        Node node = new Node(new NodeId(new UUID(0, 3)), NodeName.parse("n3@127.0.0.1"));
        Peer third = new Peer(node, 3, "127.0.0.1", 1, 1);
        for (Side side : List.of(one, two)) {
            side.peers.add(third);
            Objects.requireNonNull(side.listener).here(third);
        }
        Ban ban = new Ban(Kind.CLIENT_ID, "a", "test", null);
        byte[] message = BanCodec.encode(List.of(new BanWord(Kind.CLIENT_ID, "a", 7, ban)), 1_000)
                .get(0);
        Objects.requireNonNull(one.answerer).answer(third.id(), message);
        assertThat(one.list()).containsExactly("a");

        for (Side side : List.of(one, two)) {
            side.peers.remove(third);
            Objects.requireNonNull(side.listener).gone(third);
        }
        one.replication.run();

        assertThat(two.list()).containsExactly("a");
    }

    @Test
    void newestWordCountsWhenASplitIsOver() {
        one.ban("lifted on one side");
        one.ban("lifted on one side, banned anew on the other");
        meet();
        one.loses(two);
        two.loses(one);
        now = now.plusSeconds(1);
        one.banned.remove(Kind.CLIENT_ID, "lifted on one side");
        one.banned.remove(Kind.CLIENT_ID, "lifted on one side, banned anew on the other");
        now = now.plusSeconds(1);
        two.ban("lifted on one side, banned anew on the other");
        meet();
        assertThat(one.list()).containsExactly("lifted on one side, banned anew on the other");
        assertThat(two.list()).isEqualTo(one.list());
    }

    @Test
    void manyBansGoInSeveralMessages() {
        for (int i = 0; i < 1_000; i++) {
            one.ban("client-".repeat(100) + i);
        }
        assertThat(BanCodec.encode(one.banned.words(), 256 * 1024)).hasSizeGreaterThan(2);
        meet();
        assertThat(two.list()).hasSize(1_000);
    }

    @Test
    void whatIsNoListOfBansIsRefused() {
        byte[] message = BanCodec.encode(List.of(new BanWord(Kind.USER_NAME, "u", 7, null)), 100)
                .get(0);
        assertThat(BanCodec.decode(message)).containsExactly(new BanWord(Kind.USER_NAME, "u", 7, null));
        for (int length = 2; length < message.length; length++) {
            byte[] torn = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> BanCodec.decode(torn)).isInstanceOf(IllegalArgumentException.class);
        }
        message[0] = 9;
        assertThatThrownBy(() -> BanCodec.decode(message)).hasMessage("Bans of version 9; expected 1");
    }
}
