package io.wkmq.cluster.transport;

import io.netty.channel.Channel;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connection to one incarnation of another node: retries with back-off until it succeeds, and starts over when the owner
 * reports the connection lost. Belongs to the links' thread.
 */
final class Dialing {
    private final Peer peer;
    private final LinkParts parts;
    private final Owner owner;
    private final Backoff backoff;
    private @Nullable Channel channel; // of the current attempt or connection
    private volatile boolean ended;

    Dialing(Peer peer, LinkParts parts, Owner owner) {
        this.peer = peer;
        this.parts = parts;
        this.owner = owner;
        this.backoff = new Backoff(parts.random());
    }

    /** Receives the outcomes of the attempts. Called on the links' thread. */
    interface Owner {
        /** Called when a connection has passed the handshake; returns its handler. */
        LinkConnection accepted();

        /**
         * Called when the node is reachable but refuses the connection.
         *
         * @param asStranger whether it refuses because it does not see this node as a member
         */
        void refused(boolean asStranger);

        /** Called when an attempt has failed; another one follows. */
        void failed(String problem);
    }

    /** Starts an attempt. */
    void connect() {
        if (!ended) {
            parts.loop().find(peer.host(), this::connect);
        }
    }

    private void connect(@Nullable InetAddress address) {
        if (ended) {
            return;
        }
        if (address == null) {
            failed("The host name " + peer.host() + " cannot be resolved");
            return;
        }
        channel = parts.loop()
                .connect(
                        new InetSocketAddress(address, peer.linkPort()),
                        this::prepare,
                        cause -> failed("No connection: " + cause.getMessage()));
    }

    private void prepare(Channel created) {
        FrontStage.begin(
                created, parts.front().clientEngine(), parts.front().initiator(Purpose.LINK, this::judge), new Front());
    }

    /** Handles the outcome of a connection's handshake. */
    private final class Front implements FrontStage.Owner {
        @Override
        public LinkConnection accepted(FrontStage stage, Introduction introduction) {
            return owner.accepted();
        }

        @Override
        public void refused(FrontStage stage, Channel refused, Refused refusal) {
            if (refusal.byPeer()) {
                backoff.soon(); // when two nodes meet, as after a split, one sees the other first
                owner.refused(refusal.code() == Verdict.Code.DENIED);
            }
            failed(refusal.byPeer() ? "The node refuses: " + refusal.text() : refusal.text());
        }
    }

    private Verdict judge(Introduction met) {
        boolean expected = met.node().id().equals(peer.id()) && met.incarnation() == peer.incarnation();
        return expected
                ? Verdict.OK
                : Verdict.refusal(
                        Verdict.Code.DENIED,
                        "At " + peer.host() + ':' + peer.linkPort() + " is node "
                                + met.node().name() + ", or another run of it; expected node "
                                + peer.node().name());
    }

    private void failed(String problem) {
        owner.failed(problem);
        again();
    }

    /** Schedules another attempt after the connection was lost. */
    void again() {
        channel = null;
        if (!ended) {
            parts.loop().schedule(this::connect, backoff.nextDelayMs());
        }
    }

    /** Resets the back-off: the connection proved useful, so if it is lost the next attempt follows at once. */
    void worked() {
        backoff.reset();
    }

    /** Shortens the back-off: the other node may accept any moment. */
    void soon() {
        backoff.soon();
    }

    /**
     * Ends all attempts. May be called after the thread has ended. Returns the channel of the current attempt or connection, if
     * any, which the caller must close.
     */
    @Nullable
    Channel end() {
        ended = true;
        Channel present = channel;
        channel = null;
        return present;
    }
}
