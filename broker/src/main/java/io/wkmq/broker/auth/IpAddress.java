package io.wkmq.broker.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Reads IP addresses and nothing else: never asks a name server. */
final class IpAddress {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

    /** Four numbers up to 255: the JDK would also take "10.1", and look up a name such as "10.0.0.256". */
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    /** With a colon the JDK takes it as an address or refuses it. */
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private IpAddress() {}

    static boolean valid(String text) {
        return V4.matcher(text).matches() || V6.matcher(text).matches();
    }

    /**
     * The address.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    static InetAddress parse(String text) {
        if (valid(text)) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(refusal(text), e);
            }
        }
        throw new IllegalArgumentException(refusal(text));
    }

    private static String refusal(String text) {
        return "'" + text + "' is not an IP address; expected one such as 192.0.2.1 or 2001:db8::1";
    }
}
