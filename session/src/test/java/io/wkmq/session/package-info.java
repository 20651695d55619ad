/** Tests of the session layer and the fakes they run on. */
@NullMarked
package io.wkmq.session;

import org.jspecify.annotations.NullMarked;
