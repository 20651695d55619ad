package io.wkmq.session;

import org.jspecify.annotations.Nullable;

/**
 * The deliveries a client has yet to acknowledge, in the order in which they were first sent. Belongs to its session's
 * shard. A ring: packet ids are given in turn, so the place of an id follows from that of the oldest one; a delivery that
 * ends in the middle leaves a hole. The caller bounds its size.
 */
final class OutboundWindow {
    private static final int PACKET_ID_MAX = 65_535;

    private @Nullable Delivery[] ring = new @Nullable Delivery[8];
    private int first; // positions count up, beyond the greatest int too, and are masked
    private int end;
    private int size;
    private int lastId;
    private boolean lapped; // ids in use lie ahead of lastId
    private int unsent;
    private int unreleased;

    OutboundWindow() {
        this(0);
    }

    /** A window whose positions begin there, as if that many deliveries had been. */
    OutboundWindow(int position) {
        first = position;
        end = position;
    }

    int size() {
        return size;
    }

    /** How many PUBLISHes are to be written yet. */
    int unsent() {
        return unsent;
    }

    /** How many PUBRELs are to be written yet. */
    int unreleased() {
        return unreleased;
    }

    /** The next unused packet id [MQTT-2.2.1-4]; the window must not hold all of them. */
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
        // Ids rise from the oldest delivery's: the first one that can be in use is that.
        lapped = oldest().packetId == id;
        return lapped;
    }

    /** Takes in a delivery that was given a packet id. */
    void add(Delivery delivery) {
        if (end - first == ring.length) {
            makeRoom();
        }
        ring[end & mask()] = delivery;
        end++;
        size++;
    }

    /** Takes in a delivery that had its packet id before the node was restarted. */
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

    /** Notes that the delivery's next packet, PUBLISH or PUBREL, is to be written. */
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

    /** Notes that the delivery's next packet was written, or is not wanted any more. To be called before its state changes. */
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

    /** The position of the oldest delivery. */
    int first() {
        return first;
    }

    /** The position behind the newest one. */
    int end() {
        return end;
    }

    /** The delivery at a position, or null if it has ended. Positions stay as they are while deliveries are removed. */
    @Nullable
    Delivery at(int position) {
        return ring[position & mask()];
    }

    private Delivery oldest() {
        Delivery oldest = ring[first & mask()];
        assert oldest != null : "holes at the front are removed at once";
        return oldest;
    }

    /** The place in the ring of the delivery with that packet id, or -1. */
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

    /** The same, by looking at all of them. */
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
