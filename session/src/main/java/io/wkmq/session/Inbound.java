package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 and 2 PUBLISHes of one client, until their flows end. Belongs to the session's shard. Exists from the first one
 * on.
 *
 * <p>A durable session's QoS 2 packet id is stored in one piece with the deliveries to those who store the message, and only
 * once all takers have it; PUBREC waits until that is durable, PUBCOMP until the store has forgotten the id. So whenever the
 * node dies, a PUBLISH that comes again is taken for a new message exactly if no client will get the first one; but a channel
 * may have it then, and gets it once more unless its publisher has named it.
 *
 * <p>If nobody stores the message PUBREC does not wait for the packet id. Those who got the message lose their sessions with
 * the node, or are not on this node; to wait would only give a crash more time to make the client send it again.
 */
final class Inbound {
    private final Session session;
    private final Shard shard;
    private final PacketIdMap<InboundFlow> flows = new PacketIdMap<>();
    private @Nullable AckQueue acks; // of the current connection, from its first PUBLISH that is not answered at once
    private @Nullable ArrayDeque<InboundPublish> unstored; // whose packet ids are to be stored, in the order they came
    private int inFlight;
    private boolean ended;

    Inbound(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** How many flows take one of the current connection's Receive Maximum. */
    int inFlight() {
        return inFlight;
    }

    int awaitingRelease() {
        return flows.size();
    }

    /** The connection ended: what is answered now, its client asks for again on the next one. */
    void detach() {
        acks = null;
        inFlight = 0;
        flows.replaceAll(flow -> flow == InboundFlow.Accepted.COUNTED ? InboundFlow.Accepted.EARLIER : flow);
    }

    void end() {
        detach();
        ended = true;
    }

    /** Whether no message of the client is on its way to those who get it. */
    boolean settled() {
        boolean[] settled = {true};
        flows.forEach((packetId, flow) -> settled[0] &= flow instanceof InboundFlow.Accepted);
        return settled[0];
    }

    /** The packet ids that await their PUBREL. */
    List<Integer> packetIds() {
        List<Integer> all = new ArrayList<>(flows.size());
        flows.forEach((packetId, flow) -> all.add(packetId));
        return all;
    }

    void restore(int packetId) {
        flows.put(packetId, InboundFlow.Accepted.EARLIER);
    }

    /**
     * Takes a PUBLISH of QoS 1 or 2.
     *
     * @param taker gets its message if that is for the node itself; null if it is for others
     */
    void publish(int packetId, Message message, ClientLink link, @Nullable Consumer<Message> taker) {
        Qos qos = message.qos();
        if (qos == Qos.EXACTLY_ONCE && refusedOrRepeated(packetId, link)) {
            return;
        }
        inFlight++;
        InboundPublish publish = shard.spare();
        publish.begin(this, qos, packetId, qos == Qos.EXACTLY_ONCE && session.durable());
        boolean routed = false;
        try {
            if (taker == null) {
                publish.reason = take(message, publish);
            } else {
                publish.reason = ReasonCode.SUCCESS;
                taker.accept(message);
            }
            routed = true;
        } finally {
            if (!routed) {
                // Some may have taken it and be about to say so: it is theirs until they have.
                enter(publish, link);
                publish.failed("an internal error, see the log");
            }
        }
        if (publish.takenAtOnce() && (acks == null || acks.isEmpty())) {
            if (qos == Qos.EXACTLY_ONCE) {
                flows.put(packetId, InboundFlow.Accepted.COUNTED);
                if (session.durable()) {
                    shard.journal().awaitRelease(session.clientId(), packetId, null);
                }
            } else {
                inFlight--;
            }
            link.acknowledge(qos, packetId, publish.reason, null);
            return;
        }
        enter(publish, link);
        publish.done();
    }

    private ReasonCode take(Message message, InboundPublish publish) {
        if (shard.intake().take(message, publish, shard, session.userName())) {
            return ReasonCode.SUCCESS;
        }
        shard.counts().increment(Counts.UNROUTED);
        return ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }

    /** Lets a PUBLISH that is not answered at once wait in line. */
    private void enter(InboundPublish publish, ClientLink link) {
        shard.takeSpare();
        publish.counted = true;
        if (publish.qos == Qos.EXACTLY_ONCE) {
            flows.put(publish.packetId, publish);
        }
        if (publish.holds()) {
            unstored().addLast(publish);
        }
        acks(link).add(publish);
    }

    /** Whether a QoS 2 PUBLISH was answered, or will be, without being taken in. */
    private boolean refusedOrRepeated(int packetId, ClientLink link) {
        InboundFlow flow = flows.get(packetId);
        if (flow != null) {
            repeated(packetId, flow, link);
            return true;
        }
        int max = shard.config().maxAwaitingRel();
        if (flows.size() >= max) {
            answer(
                    Qos.EXACTLY_ONCE,
                    packetId,
                    ReasonCode.QUOTA_EXCEEDED,
                    "the session has " + max + " QoS 2 messages that await their PUBREL, which is the limit",
                    link);
            return true;
        }
        if (session.durable() && !shard.journal().writable()) {
            answer(Qos.EXACTLY_ONCE, packetId, ReasonCode.QUOTA_EXCEEDED, "the session store takes no writes", link);
            return true;
        }
        return false;
    }

    /** A packet id comes again before its PUBREL: it is answered again, its message is not taken in again [MQTT-4.3.3-10]. */
    private void repeated(int packetId, InboundFlow flow, ClientLink link) {
        if (flow instanceof InboundPublish publish) {
            AckQueue line = acks(link);
            if (publish.acks != line) { // else the answer to come is the answer to both
                inFlight++;
                line.add(publish);
            }
            return;
        }
        if (flow == InboundFlow.Accepted.EARLIER) {
            inFlight++;
            flows.put(packetId, InboundFlow.Accepted.COUNTED);
        }
        answer(Qos.EXACTLY_ONCE, packetId, ReasonCode.SUCCESS, null, link);
    }

    /** Answers a PUBLISH that the connection did not accept. */
    void refuse(Qos qos, int packetId, ReasonCode reason, @Nullable String text, ClientLink link) {
        InboundFlow flow = qos == Qos.EXACTLY_ONCE ? flows.get(packetId) : null;
        if (flow != null) {
            repeated(packetId, flow, link); // the message was accepted before it was sent again
        } else {
            answer(qos, packetId, reason, text, link);
        }
    }

    private void answer(Qos qos, int packetId, ReasonCode reason, @Nullable String text, ClientLink link) {
        if (reason.error()) {
            shard.counts().increment(Counts.REFUSED);
        }
        if (acks == null || acks.isEmpty()) {
            link.acknowledge(qos, packetId, reason, text);
        } else {
            acks.add(InboundPublish.answer(shard, qos, packetId, reason, text));
        }
    }

    /** All takers have the message, or one of them could not take it. */
    void handedOver(InboundPublish publish) {
        if (!publish.holds()) {
            settle(publish, publish.failure());
            return;
        }
        publish.handedOver = true;
        // In the order they came: else, after a crash, the client might send one again behind one that is stored.
        ArrayDeque<InboundPublish> line = unstored();
        while (!line.isEmpty() && line.getFirst().handedOver) {
            store(line.removeFirst());
        }
    }

    /** Ends what the PUBLISH holds, with its packet id if it is accepted. */
    private void store(InboundPublish publish) {
        Journal journal = shard.journal();
        boolean accepted = publish.failure() == null && !ended && session.durable();
        boolean held = publish.holdsDeliveries();
        if (accepted) {
            journal.awaitRelease(session.clientId(), publish.packetId, held ? publish : null);
        } else if (held) {
            journal.letGo(publish);
        }
        if (!held) {
            settle(publish, publish.failure());
            return;
        }
        journal.await(storeFailure -> {
            if (storeFailure != null && accepted && !ended && session.durable()) {
                journal.released(session.clientId(), publish.packetId); // it may be stored later all the same
            }
            publish.stored(storeFailure);
            settle(publish, publish.failure() != null ? publish.failure() : storeFailure);
        });
    }

    /** Answers a PUBLISH when those before it are answered. */
    private void settle(InboundPublish publish, @Nullable String failure) {
        if (failure != null) {
            publish.reason = publish.refusal;
            publish.reasonString = failure;
            shard.counts().increment(Counts.REFUSED);
        }
        if (publish.qos == Qos.EXACTLY_ONCE && !ended) {
            if (failure != null) {
                flows.remove(publish.packetId); // [MQTT-4.3.3-9]
            } else {
                boolean here = acks != null && publish.acks == acks;
                flows.put(publish.packetId, here ? InboundFlow.Accepted.COUNTED : InboundFlow.Accepted.EARLIER);
            }
        }
        publish.settled = true;
        AckQueue line = publish.acks;
        if (line != null) {
            int flowsEnded = line.drain();
            if (line == acks) {
                inFlight -= flowsEnded;
            }
        }
    }

    /** Takes a PUBREL [MQTT-4.3.3-11]. */
    void release(int packetId, ClientLink link) {
        boolean known = flows.get(packetId) instanceof InboundFlow.Accepted;
        if (known) {
            if (flows.remove(packetId) == InboundFlow.Accepted.COUNTED) {
                inFlight--;
            }
            if (session.durable()) {
                shard.journal().released(session.clientId(), packetId);
            }
        }
        ReasonCode reason = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        if (session.durable()) {
            // An unknown id waits too: its first PUBREL, on an earlier connection, may not be stored yet.
            shard.journal().await(failure -> link.complete(packetId, reason));
        } else {
            link.complete(packetId, reason);
        }
    }

    private ArrayDeque<InboundPublish> unstored() {
        if (unstored == null) {
            unstored = new ArrayDeque<>(4);
        }
        return unstored;
    }

    private AckQueue acks(ClientLink link) {
        if (acks == null) {
            acks = new AckQueue(link);
        }
        return acks;
    }
}
