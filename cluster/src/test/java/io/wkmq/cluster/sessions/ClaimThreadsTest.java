package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.sessions.protocol.SessionMessage;
import io.wkmq.cluster.sessions.protocol.V1;
import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.session.Claimed;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedSession;
import io.wkmq.session.TakenElsewhereException;
import io.wkmq.session.Will;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests two nodes on real threads that can always reach each other. */
class ClaimThreadsTest {
    private static final int CLIENTS = 200;
    private static final int ROUNDS = 20;

    private final Fake one = new Fake(1);
    private final Fake other = new Fake(2);

    @AfterEach
    void stop() {
        one.claims.close();
        other.claims.close();
    }

    @Test
    void whoeverClaimsAtOnceClientsEndWithOneOwner() throws Exception {
        one.meet(other);
        other.meet(one);
        List<CompletableFuture<Void>> loads = new ArrayList<>();
        for (Fake fake : List.of(one, other)) {
            loads.add(CompletableFuture.runAsync(fake::claimAll));
        }
        CompletableFuture.allOf(loads.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        // An answer that is under way may still take a client from one of them.
        one.settle();
        other.settle();

        for (int client = 0; client < CLIENTS; client++) {
            String id = "c" + client;
            assertThat(one.owned.containsKey(id)).as("owner of %s", id).isNotEqualTo(other.owned.containsKey(id));
        }
    }

    @Test
    void claimsFailOnceTheyAreClosed() {
        one.claims.close();
        assertThat(one.claims.claim("c", false, null, 0).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void claimsThatWaitFailWhenTheyAreClosed() {
        one.unanswered = true;
        one.meet(other);
        CompletableFuture<Claimed> waiting =
                one.claims.claim("c", false, null, 0).toCompletableFuture();
        one.claims.close();
        assertThat(waiting).failsWithin(Duration.ofSeconds(10));
    }

    @Test
    void requestsFailOnceTheyAreClosed() {
        byte[] guard = V1.encode(new SessionMessage.Guard(other.self.incarnation(), 1, true, List.of()));
        one.meet(other);
        one.claims.close();
        assertThat(other.asks(one, guard)).isCompletedExceptionally();
    }

    @Test
    void willsOfANodeThatIsNotHereAreNotTaken() {
        byte[] guard = V1.encode(new SessionMessage.Guard(other.self.incarnation(), 1, true, List.of()));
        assertThat(other.asks(one, guard)).failsWithin(Duration.ofSeconds(10));
        one.meet(other);
        assertThat(other.asks(one, guard)).succeedsWithin(Duration.ofSeconds(10));
    }

    /** A node whose sessions are a map of epochs. */
    private static final class Fake implements Membership, Messenger {
        private final Peer self;
        private final Map<String, Long> owned = new ConcurrentHashMap<>();
        private final Map<String, Long> lost = new HashMap<>();
        private final SessionClaims claims;
        private @Nullable MembershipListener listener;
        private @Nullable Answerer answerer;
        private @Nullable Fake peer;
        private volatile boolean unanswered;

        Fake(int number) {
            self = new Peer(new Node(SimMembers.id(number), NodeName.parse("n@fake")), number, "fake", 1, 1);
            claims = SessionClaims.start(
                    this,
                    this,
                    new SessionTimes(
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(30)),
                    Clock.systemUTC(),
                    () -> new MetNodes(List.of(), List.of()));
            claims.serve(
                    new LocalSessions() {
                        @Override
                        public void giveUp(String clientId, long epoch, Runnable done) {
                            givenUp(clientId, epoch);
                            done.run();
                        }

                        @Override
                        public void publishWill(String clientId, Will will, Runnable published) {
                            throw new AssertionError("no node has died");
                        }

                        @Override
                        public void freeze(String clientId, long claim, LongConsumer frozen) {
                            throw new AssertionError("no session is to be kept");
                        }

                        @Override
                        public void thaw(String clientId, long claim) {
                            throw new AssertionError("no session is kept");
                        }

                        @Override
                        public void describe(String clientId, long claim, Consumer<@Nullable MovedSession> described) {
                            throw new AssertionError("no session is kept");
                        }

                        @Override
                        public void messages(String clientId, long claim, Consumer<@Nullable MovedMessages> listed) {
                            throw new AssertionError("no session is kept");
                        }

                        @Override
                        public void sending(String clientId, long claim, Consumer<Boolean> noted) {
                            throw new AssertionError("no session is kept");
                        }

                        @Override
                        public void forget(String clientId, long claim, long epoch, Consumer<Boolean> forgotten) {
                            throw new AssertionError("no session has moved");
                        }

                        @Override
                        public void pass(NodeId towards, Consumer<Boolean> passed) {
                            throw new AssertionError("no session moves");
                        }

                        @Override
                        public boolean reaches(NodeId node) {
                            return true;
                        }
                    },
                    CompletableFuture.completedFuture(null));
        }

        private synchronized void givenUp(String clientId, long epoch) {
            lost.merge(clientId, epoch, Math::max);
            owned.computeIfPresent(clientId, (id, mine) -> mine <= epoch ? null : mine);
        }

        /** Learns of a grant on whatever thread, perhaps after it was lost again. */
        private synchronized void granted(String clientId, long epoch) {
            if (epoch > lost.getOrDefault(clientId, -1L)) {
                owned.put(clientId, epoch);
            }
        }

        void meet(Fake met) {
            peer = met;
            if (listener != null) {
                listener.here(met.self);
            }
        }

        CompletableFuture<byte[]> asks(Fake asked, byte[] request) {
            return Objects.requireNonNull(asked.answerer)
                    .answer(self.id(), request)
                    .toCompletableFuture();
        }

        /** Claims every client again and again, each only once its claim before is answered. */
        void claimAll() {
            for (int round = 0; round < ROUNDS; round++) {
                List<CompletableFuture<Void>> answered = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    String id = "c" + client;
                    answered.add(claims.claim(id, false, null, 0)
                            .thenAccept(claimed -> granted(id, claimed.epoch()))
                            .exceptionally(Fake::expectTaken)
                            .toCompletableFuture());
                }
                answered.forEach(CompletableFuture::join);
            }
        }

        private static @Nullable Void expectTaken(Throwable failure) {
            assertThat(failure).hasRootCauseInstanceOf(TakenElsewhereException.class);
            return null;
        }

        /** Comes back when this node has had an answer to all that it told before. */
        void settle() throws Exception {
            claims.claim("last of " + self.id(), false, null, 0)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        }

        @Override
        public Peer self() {
            return self;
        }

        @Override
        public List<Peer> peers() {
            return peer == null ? List.of() : List.of(peer.self);
        }

        @Override
        public void listen(MembershipListener only) {
            listener = only;
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
            if (unanswered) {
                return new CompletableFuture<>();
            }
            if (peer == null || peer.answerer == null) {
                return CompletableFuture.failedFuture(new IllegalStateException("nobody is met"));
            }
            return peer.answerer.answer(self.id(), request);
        }

        @Override
        public void answer(Service service, Answerer only) {
            answerer = only;
        }
    }
}
