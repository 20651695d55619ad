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
 * Connects to one run of another node, again after a while when it fails, until there is a connection; and again when its owner says that the
 * connection is lost. Belongs to the links' thread.
 */
final class Dialing {
    private final Peer peer;
    private final LinkParts parts;
    private final Owner owner;
    private final Backoff backoff;
    private @Nullable Channel channel; // of the present attempt or connection
    private volatile boolean ended;

    Dialing(Peer peer, LinkParts parts, Owner owner) {
        this.peer = peer;
        this.parts = parts;
        this.owner = owner;
        this.backoff = new Backoff(parts.random());
    }

    /** Whose attempts these are. Called on the links' thread. */
    interface Owner {
        /** A connection is through its front: what it is from now on. */
        LinkConnection accepted();

        /**
         * The node can be reached, and refuses.
         *
         * @param asStranger because it does not see this one as a member
         */
        void refused(boolean asStranger);

        /** An attempt has failed; there will be another one. */
        void failed(String problem);
    }

    /** Begins an attempt. */
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

    /** What came of a connection's front. */
    private final class Front implements FrontStage.Owner {
        @Override
        public LinkConnection accepted(FrontStage stage, Introduction introduction) {
            return owner.accepted();
        }

        @Override
        public void refused(FrontStage stage, Channel refused, Refused refusal) {
            if (refusal.byPeer()) {
                backoff.soon(); // of two nodes that meet, as after a split, one sees the other first
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

    /** The connection is lost: tries again after a while. */
    void again() {
        channel = null;
        if (!ended) {
            parts.loop().schedule(this::connect, backoff.nextDelayMs());
        }
    }

    /** The connection is good for something: if it is lost the next attempt follows at once. */
    void worked() {
        backoff.reset();
    }

    /** The other node may change its mind any moment: the next attempts are not far apart. */
    void soon() {
        backoff.soon();
    }

    /** Ends it; also after the thread has ended. The channel that there was, be it of an attempt or of a connection, is the caller's to close. */
    @Nullable
    Channel end() {
        ended = true;
        Channel present = channel;
        channel = null;
        return present;
    }
}
