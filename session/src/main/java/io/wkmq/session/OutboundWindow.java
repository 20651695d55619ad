package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries that a client has yet to acknowledge, in the order in which they were first sent. Confined to its session's
 * shard. A ring buffer: packet ids are assigned in sequence, so the slot of an id follows from the oldest delivery's id; a
 * delivery that ends out of order leaves a hole. The caller bounds the size.
 */
final class OutboundWindow {
    private static final int PACKET_ID_MAX = 65_535;

    private @Nullable Delivery[] ring = new @Nullable Delivery[8];
    private int first; // positions only increase, wrap around as ints, and are masked
    private int end;
    private int size;
    private int lastId;
    private boolean lapped; // ids in use lie ahead of lastId
    private int unsent;
    private int unreleased;

    OutboundWindow() {
        this(0);
    }

    /** Creates a window whose positions start at the given value, as if that many deliveries had passed. */
    OutboundWindow(int position) {
        first = position;
        end = position;
    }

    int size() {
        return size;
    }

    /** Returns the number of PUBLISHes yet to be written. */
    int unsent() {
        return unsent;
    }

    /** Returns the number of PUBRELs yet to be written. */
    int unreleased() {
        return unreleased;
    }

    /** Returns the next unused packet id [MQTT-2.2.1-4]; not all ids may be in use. */
    int nextPacketId() {
        int id = lastId;
        do {
            id = id == PACKET_ID_MAX ? 1 : id + 1;
        } while (inUse(id));
        lastId = id;
        return id;
    }

    private boolean inUse(int id) {
        if (size == 0) {
            return false;
        }
        if (lapped) {
            return search(id) >= 0;
        }
        // Ids in use ascend from the oldest delivery's, so that one is the first that can be reached.
        lapped = oldest().packetId == id;
        return lapped;
    }

    /** Adds a delivery with a newly assigned packet id. */
    void add(Delivery delivery) {
        if (end - first == ring.length) {
            makeRoom();
        }
        ring[end & mask()] = delivery;
        end++;
        size++;
    }

    /** Adds a delivery that got its packet id before a restart. */
    void restore(Delivery delivery) {
        add(delivery);
        lastId = delivery.packetId;
        lapped = true;
    }

    @Nullable
    Delivery get(int packetId) {
        int place = locate(packetId);
        return place < 0 ? null : ring[place];
    }

    void remove(Delivery delivery) {
        int place = locate(delivery.packetId);
        written(delivery);
        ring[place] = null;
        size--;
        while (first != end && ring[first & mask()] == null) {
            first++;
        }
        if (size == 0) {
            lapped = false;
        }
    }

    /** Marks the delivery's next packet, PUBLISH or PUBREL, as due. */
    void due(Delivery delivery) {
        if (!delivery.due) {
            delivery.due = true;
            if (delivery.released) {
                unreleased++;
            } else {
                unsent++;
            }
        }
    }

    /** Marks the delivery's next packet as written or no longer wanted. To be called before the delivery changes state. */
    void written(Delivery delivery) {
        if (delivery.due) {
            delivery.due = false;
            if (delivery.released) {
                unreleased--;
            } else {
                unsent--;
            }
        }
    }

    /** Returns the position of the oldest delivery. */
    int first() {
        return first;
    }

    /** Returns the position after the newest delivery. */
    int end() {
        return end;
    }

    /** Returns the delivery at a position, or null if it has ended. Removals do not change positions. */
    @Nullable
    Delivery at(int position) {
        return ring[position & mask()];
    }

    private Delivery oldest() {
        Delivery oldest = ring[first & mask()];
        assert oldest != null : "holes at the front are removed at once";
        return oldest;
    }

    /** Returns the slot of the delivery with the packet id, or -1. */
    private int locate(int packetId) {
        if (size == 0) {
            return -1;
        }
        int ahead = packetId - oldest().packetId;
        int guess = first + (ahead < 0 ? ahead + PACKET_ID_MAX : ahead);
        if (guess - end < 0) {
            int place = guess & mask();
            Delivery there = ring[place];
            if (there != null && there.packetId == packetId) {
                return place;
            }
        }
        return search(packetId);
    }

    /** Does the same by linear search. */
    private int search(int packetId) {
        for (int position = first; position != end; position++) {
            int place = position & mask();
            Delivery delivery = ring[place];
            if (delivery != null && delivery.packetId == packetId) {
                return place;
            }
        }
        return -1;
    }

    private void makeRoom() {
        int capacity = size > ring.length / 2 ? ring.length * 2 : ring.length;
        @Nullable Delivery[] wider = new @Nullable Delivery[capacity];
        int filled = 0;
        for (int position = first; position != end; position++) {
            Delivery delivery = ring[position & mask()];
            if (delivery != null) {
                wider[filled++] = delivery;
            }
        }
        ring = wider;
        first = 0;
        end = filled;
    }

    private int mask() {
        return ring.length - 1;
    }
}
