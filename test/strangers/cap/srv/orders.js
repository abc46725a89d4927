module.exports = (service) => {
  service.on('who', (request) => request.user.id);
};
