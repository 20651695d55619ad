package io.wkmq.broker.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Parses literal IP addresses. Never performs a DNS lookup. */
final class IpAddress {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

    /** Exactly four numbers up to 255: the JDK would also accept "10.1", and look up a name such as "10.0.0.256". */
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    /** A text that contains a colon is never looked up by the JDK: it is parsed or rejected. */
    private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private IpAddress() {}

    static boolean valid(String text) {
        return V4.matcher(text).matches() || V6.matcher(text).matches();
    }

    /**
     * Returns the address.
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
