package io.wkmq.cluster.routes;

import io.wkmq.routing.Interest;
import io.wkmq.routing.ShareName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * 64-bit hashes of interests. The xor of the hashes of all existing interests identifies a set of routes. Nodes with the same seed
 * compute the same hashes; the seed is the owner's random incarnation, so that clients cannot choose filters whose hashes cancel
 * out. Stateless.
 */
final class RouteHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private RouteHash() {}

    /** Returns the contribution of an interest to the hash of the set: 0 if it does not exist. */
    static long of(long seed, Interest interest) {
        if (!interest.exists()) {
            return 0;
        }
        return mixed(key(seed, interest) ^ ((long) interest.members() << Integer.SIZE | interest.online()));
    }

    /** Returns a hash of the filter and the group alone. */
    static long key(long seed, Interest interest) {
        long hash = bytes(mixed(seed), interest.filter().utf8());
        ShareName share = interest.share();
        return share == null ? hash : bytes(hash ^ FACTOR, share.text().getBytes(StandardCharsets.UTF_8));
    }

    private static long bytes(long from, byte[] bytes) {
        long hash = from ^ bytes.length * FACTOR;
        int at = 0;
        for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            hash = mixed(hash ^ (long) LONGS.get(bytes, at));
        }
        long rest = 0;
        for (; at < bytes.length; at++) {
            rest = rest << Byte.SIZE | (bytes[at] & 0xFF);
        }
        return mixed(hash ^ rest);
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 32)) * FACTOR;
        mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 32);
    }
}
