@protocol: 'rest'
@path    : '/rest/orders'
@requires: 'read'
service Orders {
  function who() returns String;
}
