package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;

/** Creates deliveries, which otherwise only a session can, for tests of the layers behind it. */
public final class Deliveries {
    private Deliveries() {}

    /** A delivery that is not of a shared subscription. */
    public static Delivery of(Message message, Qos qos, boolean retain, int packetId, int... subscriptionIdentifiers) {
        Delivery delivery = new Delivery(message, qos, retain, subscriptionIdentifiers, null);
        delivery.packetId = packetId;
        return delivery;
    }
}
