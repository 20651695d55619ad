package io.wkmq.session.mvstore;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.MessageCodec;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import io.wkmq.session.Will;
import org.jspecify.annotations.Nullable;

/** The stored form of a session, its will, and its subscription options. Stateless. */
final class SessionCodec {
    private static final int VERSION = 1;

    private static final int USER_NAME = 0x01;
    private static final int WILL = 0x02;
    private static final int EPOCH = 0x04;
    private static final int SENT = 0x08;
    private static final int WENT_ON = 0x10;

    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;
    private static final int RETAIN_HANDLING_SHIFT = 4;

    private SessionCodec() {}

    static void write(ByteWriter out, StoredSession session) {
        String userName = session.userName();
        Will will = session.will();
        int flags = userName != null ? USER_NAME : 0;
        flags |= will != null ? WILL : 0;
        flags |= session.epoch() != 0 ? EPOCH : 0;
        flags |= session.sentUpTo() >= 0 ? SENT : 0;
        flags |= session.sentUpTo() >= 0 && !session.mayBeElsewhere() ? WENT_ON : 0;
        out.int8(VERSION).int8(flags).text(session.clientId());
        if (userName != null) {
            out.text(userName);
        }
        out.number(session.createdAtMs()).number(session.expirySeconds()).number(session.disconnectedAtMs());
        if (will != null) {
            write(out, will);
        }
        if (session.epoch() != 0) {
            out.number(session.epoch());
        }
        if (session.sentUpTo() >= 0) {
            out.number(session.sentUpTo());
        }
    }

    static StoredSession read(ByteReader in) {
        int version = in.int8();
        if (version != VERSION) {
            throw new CorruptDataException("A session has format " + version + "; expected " + VERSION);
        }
        int flags = in.int8();
        String clientId = in.text();
        @Nullable String userName = (flags & USER_NAME) == 0 ? null : in.text();
        long createdAtMs = in.number();
        long expirySeconds = in.number();
        long disconnectedAtMs = in.number();
        @Nullable Will will = (flags & WILL) == 0 ? null : readWill(in);
        long epoch = (flags & EPOCH) == 0 ? 0 : in.number();
        long sentUpTo = (flags & SENT) == 0 ? -1 : in.number();
        boolean mayBeElsewhere = sentUpTo >= 0 && (flags & WENT_ON) == 0;
        return new StoredSession(
                clientId,
                userName,
                createdAtMs,
                expirySeconds,
                disconnectedAtMs,
                will,
                epoch,
                sentUpTo,
                mayBeElsewhere);
    }

    /** Reads only the client id. */
    static String readClientId(ByteReader in) {
        in.int16();
        return in.text();
    }

    private static void write(ByteWriter out, Will will) {
        out.int8(will.qos().code()).int8(will.retain() ? 1 : 0);
        out.block(will.topic().utf8());
        out.block(will.payload());
        MessageCodec.write(out, will.properties());
        // -1 means none
        out.number(will.expirySeconds() + 1);
        out.number(will.delaySeconds());
    }

    private static Will readWill(ByteReader in) {
        Qos qos = MessageCodec.qos(in.int8());
        boolean retain = in.int8() != 0;
        return new Will(
                MessageCodec.topic(in),
                in.block(),
                qos,
                retain,
                MessageCodec.readProperties(in),
                in.number() - 1,
                in.number());
    }

    static void write(ByteWriter out, SubscriptionOptions options) {
        int flags = options.qos().code();
        flags |= options.noLocal() ? NO_LOCAL : 0;
        flags |= options.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0;
        flags |= options.retainHandling().code() << RETAIN_HANDLING_SHIFT;
        out.int8(VERSION).int8(flags).number(options.identifier());
    }

    static SubscriptionOptions readOptions(ByteReader in) {
        int version = in.int8();
        if (version != VERSION) {
            throw new CorruptDataException("A subscription has format " + version + "; expected " + VERSION);
        }
        int flags = in.int8();
        return SubscriptionOptions.of(
                MessageCodec.qos(flags & 0x03),
                (flags & NO_LOCAL) != 0,
                (flags & RETAIN_AS_PUBLISHED) != 0,
                retainHandling(flags >> RETAIN_HANDLING_SHIFT),
                in.number(Integer.MAX_VALUE));
    }

    private static RetainHandling retainHandling(int code) {
        return switch (code) {
            case 0 -> RetainHandling.SEND;
            case 1 -> RetainHandling.SEND_IF_NEW;
            case 2 -> RetainHandling.DO_NOT_SEND;
            default -> throw new CorruptDataException("A stored retain handling is " + code + "; expected 0 to 2");
        };
    }

    static SubscriptionFilter filter(String text) {
        try {
            return SubscriptionFilter.parse(text);
        } catch (InvalidTopicException e) {
            throw new CorruptDataException("A stored subscription is not valid", e);
        }
    }
}
