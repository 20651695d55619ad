package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AccessDecision;
import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.packet.Packet;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Publication;
import io.wkmq.session.ReasonCode;

/** Validates and authorizes a client's PUBLISHes and passes them to the session. Confined to the connection's event loop. */
final class Publisher {
    private final ConnectionServices services;
    private final Connection connection;
    private final Client client;
    private final ChannelRequests requests;
    private int unacknowledged;
    private boolean held;

    Publisher(ConnectionServices services, Connection connection, Client client) {
        this.services = services;
        this.connection = connection;
        this.client = client;
        this.requests = new ChannelRequests(services, connection, client);
    }

    void publish(Packet.Publish packet) {
        connection.endpoint().limit().messageReceived();
        if (packet.qos() != Qos.AT_MOST_ONCE && windowExceeded()) {
            return;
        }
        String refusal = services.split().publishRefusal();
        if (refusal != null) {
            refuse(packet, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, refusal);
            return;
        }
        TopicName topic = packet.topic();
        if (services.topicLimits().exceededBy(topic.text())) {
            refuse(packet, ReasonCode.TOPIC_NAME_INVALID, TopicLimits.EXCEEDED);
            return;
        }
        if (packet.retain() && !services.mqtt().retained().enabled()) {
            connection.reject(ReasonCode.RETAIN_NOT_SUPPORTED, "Retained messages are switched off [MQTT-3.2.2-14]");
            return;
        }
        AccessDecision decision = client.access().publish(topic, packet.qos(), packet.retain());
        if (decision instanceof AccessDecision.Pending pending) {
            connection.await(pending.later(), later -> decided(packet, later));
        } else {
            decided(packet, (Decided) decision);
        }
    }

    /** Returns whether an MQTT 5 client exceeded the Receive Maximum it was told; it is disconnected in that case [MQTT-3.3.4-9]. */
    private boolean windowExceeded() {
        if (client.session().inboundInFlight() < services.mqtt().session().maxAwaitingRel()) {
            return false;
        }
        if (client.version().isMqtt5()) {
            connection.reject(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "More than " + services.mqtt().session().maxAwaitingRel() + " publications are unacknowledged");
            return true;
        }
        return false;
    }

    private void decided(Packet.Publish packet, Decided decision) {
        if (decision == Decided.DENIED) {
            refuse(packet, ReasonCode.NOT_AUTHORIZED, "Not allowed to publish here");
            return;
        }
        if (ChannelRequests.concerns(packet.topic())) {
            request(packet);
            return;
        }
        TopicName topic;
        try {
            topic = client.topics().mount(packet.topic());
        } catch (InvalidTopicException e) {
            refuse(packet, ReasonCode.TOPIC_NAME_INVALID, "With the listener's mountpoint the topic is too long");
            return;
        }
        expectAcknowledgement(packet.qos());
        client.session().publish(publication(packet, topic));
    }

    private static Publication publication(Packet.Publish packet, TopicName topic) {
        return new Publication(
                packet.packetId(),
                packet.duplicate(),
                topic,
                packet.payload(),
                packet.qos(),
                packet.retain(),
                packet.properties(),
                packet.expirySeconds());
    }

    private void request(Packet.Publish packet) {
        String obstacle = requests.obstacle(packet);
        if (obstacle != null) {
            // An MQTT 3 client cannot be told why; any error but NOT_AUTHORIZED would disconnect it.
            boolean told = client.version().isMqtt5();
            refuse(packet, told ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR : ReasonCode.NOT_AUTHORIZED, obstacle);
            return;
        }
        ChannelRequests.Request request = requests.request(packet);
        AccessDecision decision = requests.judge(request);
        if (decision instanceof AccessDecision.Pending pending) {
            connection.await(pending.later(), later -> requested(packet, request, later));
        } else {
            requested(packet, request, (Decided) decision);
        }
    }

    private void requested(Packet.Publish packet, ChannelRequests.Request request, Decided decision) {
        if (decision == Decided.DENIED) {
            refuse(packet, ReasonCode.NOT_AUTHORIZED, "Not allowed to replay the channel, or to publish the answer");
            return;
        }
        expectAcknowledgement(packet.qos());
        client.session().publishTo(message -> requests.answer(request), publication(packet, packet.topic()));
    }

    /**
     * Applies back-pressure: stops decoding while a client has too many unacknowledged PUBLISHes. MQTT 5 clients know their
     * limit, MQTT 3 clients do not.
     */
    private void expectAcknowledgement(Qos qos) {
        if (qos != Qos.AT_MOST_ONCE
                && ++unacknowledged >= services.mqtt().session().maxAwaitingRel()
                && !held) {
            held = true;
            connection.hold();
        }
    }

    /** Notes that a PUBLISH was acknowledged; resumes decoding if the backlog has shrunk. */
    void acknowledged() {
        unacknowledged--;
        if (held && unacknowledged < services.mqtt().session().maxAwaitingRel() / 2 + 1) {
            held = false;
            connection.execute(connection::goOn); // not inline: the session is in the middle of a step
        }
    }

    private void refuse(Packet.Publish packet, ReasonCode reason, String why) {
        services.counters().publishRefused(reason);
        if (packet.qos() != Qos.AT_MOST_ONCE) {
            expectAcknowledgement(packet.qos());
            client.session().refuse(packet.qos(), packet.packetId(), reason, why);
        }
    }
}
