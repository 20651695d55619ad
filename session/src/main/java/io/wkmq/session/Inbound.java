package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The QoS 1 and 2 PUBLISHes from one client, until their flows end. Confined to the session's shard. Created with the first
 * one.
 *
 * <p>A durable session's QoS 2 packet id is stored atomically with the deliveries to durable subscribers, and only once all
 * takers have the message; PUBREC waits until that is durable, PUBCOMP until the store has deleted the id. So whenever the node
 * dies, a repeated PUBLISH is treated as new exactly if no client will get the first copy. A channel may already have the first
 * one, however, and then stores it again unless its publisher has named the message.
 *
 * <p>If no subscriber stores the message, PUBREC does not wait for the packet id: those who received it either lose their
 * sessions with the node or are on other nodes, so that waiting would only widen the window in which a crash makes the client
 * send it again.
 */
final class Inbound {
    private final Session session;
    private final Shard shard;
    private final PacketIdMap<InboundFlow> flows = new PacketIdMap<>();
    private @Nullable AckQueue acks; // of the current connection; created when first needed
    private @Nullable ArrayDeque<InboundPublish> unstored; // their packet ids are to be stored, in order of arrival
    private int inFlight;
    private boolean ended;

    Inbound(Session session, Shard shard) {
        this.session = session;
        this.shard = shard;
    }

    /** Returns the number of flows that count against the current connection's Receive Maximum. */
    int inFlight() {
        return inFlight;
    }

    int awaitingRelease() {
        return flows.size();
    }

    /** Handles the end of the connection. The client repeats unanswered PUBLISHes on the next one. */
    void detach() {
        acks = null;
        inFlight = 0;
        flows.replaceAll(flow -> flow == InboundFlow.Accepted.COUNTED ? InboundFlow.Accepted.EARLIER : flow);
    }

    void end() {
        detach();
        ended = true;
    }

    /** Returns whether no message of the client is still being handed over. */
    boolean settled() {
        boolean[] settled = {true};
        flows.forEach((packetId, flow) -> settled[0] &= flow instanceof InboundFlow.Accepted);
        return settled[0];
    }

    /** Returns the packet ids that await their PUBREL. */
    List<Integer> packetIds() {
        List<Integer> all = new ArrayList<>(flows.size());
        flows.forEach((packetId, flow) -> all.add(packetId));
        return all;
    }

    void restore(int packetId) {
        flows.put(packetId, InboundFlow.Accepted.EARLIER);
    }

    /**
     * Handles a QoS 1 or 2 PUBLISH.
     *
     * @param taker receives the message if it is addressed to the node itself; otherwise null
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
                // Some takers may have it and be about to report back: it stays in use until they have.
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

    /** Queues a PUBLISH that cannot be answered at once. */
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

    /** Returns whether a QoS 2 PUBLISH has been or will be answered without being taken in. */
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

    /** Handles a packet id repeated before its PUBREL: it is answered again but its message is not taken in again [MQTT-4.3.3-10]. */
    private void repeated(int packetId, InboundFlow flow, ClientLink link) {
        if (flow instanceof InboundPublish publish) {
            AckQueue line = acks(link);
            if (publish.acks != line) { // otherwise one answer serves both
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

    /** Answers a PUBLISH that the connection has rejected. */
    void refuse(Qos qos, int packetId, ReasonCode reason, @Nullable String text, ClientLink link) {
        InboundFlow flow = qos == Qos.EXACTLY_ONCE ? flows.get(packetId) : null;
        if (flow != null) {
            repeated(packetId, flow, link); // the message was accepted when first sent
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

    /** Called when all takers have the message or have failed to take it. */
    void handedOver(InboundPublish publish) {
        if (!publish.holds()) {
            settle(publish, publish.failure());
            return;
        }
        publish.handedOver = true;
        // In order of arrival: otherwise, after a crash, the client might resend one after a later one that is stored.
        ArrayDeque<InboundPublish> line = unstored();
        while (!line.isEmpty() && line.getFirst().handedOver) {
            store(line.removeFirst());
        }
    }

    /** Ends the PUBLISH's hold, together with storing its packet id if it is accepted. */
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
                journal.released(session.clientId(), publish.packetId); // it may still get stored later
            }
            publish.stored(storeFailure);
            settle(publish, publish.failure() != null ? publish.failure() : storeFailure);
        });
    }

    /** Records the answer to a PUBLISH and writes it once those before it are answered. */
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

    /** Handles a PUBREL [MQTT-4.3.3-11]. */
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
            // Wait for an unknown id too: its first PUBREL, on an earlier connection, may not be durable yet.
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
